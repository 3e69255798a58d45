package ecomm.streaming;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a producer packed into one Kinesis record, in the KPL's format: four bytes, a protobuf message, its MD5. The connector
 * does not unpack it.
 */
final class UserRecords {
    private static final byte[] MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};
    private static final int DIGEST = 16;
    /** Fields of the messages. */
    private static final int RECORDS = 3;
    private static final int KEY_INDEX = 1;
    private static final int DATA = 3;

    private UserRecords() {}

    /** The data of a record: of all that is packed into it, or its own, also where the package is damaged or has nothing in it. */
    static List<byte[]> of(byte[] data) {
        if (!isPackage(data)) return List.of(data);
        try {
            List<byte[]> all = unpack(new Protobuf(data, MAGIC.length, data.length - DIGEST));
            return all.isEmpty() ? List.of(data) : all;
        } catch (Protobuf.DamagedException damaged) {
            return List.of(data);
        }
    }

    private static boolean isPackage(byte[] data) {
        int from = MAGIC.length;
        int to = data.length - DIGEST;
        if (to < from || !Arrays.equals(data, 0, from, MAGIC, 0, from)) return false;
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(data, from, to - from);
            return Arrays.equals(md5.digest(), Arrays.copyOfRange(data, to, data.length));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<byte[]> unpack(Protobuf message) throws Protobuf.DamagedException {
        List<byte[]> all = new ArrayList<>();
        while (message.next()) {
            if (message.field() == RECORDS) all.add(dataOf(message.message()));
            else message.skip();
        }
        return all;
    }

    private static byte[] dataOf(Protobuf record) throws Protobuf.DamagedException {
        byte[] data = null;
        boolean hasKey = false;
        while (record.next()) {
            hasKey |= record.field() == KEY_INDEX;
            if (record.field() == DATA) data = record.bytes();
            else record.skip();
        }
        if (data == null || !hasKey) throw new Protobuf.DamagedException();
        return data;
    }
}
