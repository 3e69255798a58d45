package ecomm.streaming;

import java.util.Arrays;

/** Reads the fields of a protobuf message, one after the other. */
final class Protobuf {
    /** The bytes are no message. */
    static final class DamagedException extends Exception {}

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final byte[] data;
    private final int end;
    private int at;
    private int field;
    private int wireType;

    Protobuf(byte[] data, int from, int to) {
        this.data = data;
        this.at = from;
        this.end = to;
    }

    /** Goes to the next field; false at the end. Its value has to be read or skipped. */
    boolean next() throws DamagedException {
        if (at == end) return false;
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        return true;
    }

    int field() {
        return field;
    }

    byte[] bytes() throws DamagedException {
        int length = length();
        at += length;
        return Arrays.copyOfRange(data, at - length, at);
    }

    Protobuf message() throws DamagedException {
        int length = length();
        at += length;
        return new Protobuf(data, at - length, at);
    }

    void skip() throws DamagedException {
        switch (wireType) {
            case VARINT:
                varint();
                break;
            case FIXED_64:
                move(8);
                break;
            case BYTES:
                move(length());
                break;
            case FIXED_32:
                move(4);
                break;
            default:
                throw new DamagedException();
        }
    }

    private int length() throws DamagedException {
        if (wireType != BYTES) throw new DamagedException();
        long length = varint();
        if (length < 0 || length > end - at) throw new DamagedException();
        return (int) length;
    }

    private void move(int bytes) throws DamagedException {
        if (bytes > end - at) throw new DamagedException();
        at += bytes;
    }

    private long varint() throws DamagedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) throw new DamagedException();
            byte next = data[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
        throw new DamagedException();
    }
}
