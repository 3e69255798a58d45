package ecomm.streaming;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.dag.Transformation;

/**
 * Gives operators the names by which a snapshot finds them. Flink's own for SQL count from the start of the process, so that a job
 * that is made again in the same process would not find its state.
 */
final class OperatorNames {
    private OperatorNames() {}

    /** Names all that these end in, by its place in the job. */
    static void give(List<Transformation<?>> ends, String generation) {
        Set<Transformation<?>> all = new LinkedHashSet<>();
        for (Transformation<?> end : ends) collect(end, all);
        int place = 0;
        for (Transformation<?> one : all) one.setUid(generation + "_" + place++);
    }

    /** What comes first in the job comes first here. */
    private static void collect(Transformation<?> one, Set<Transformation<?>> all) {
        if (all.contains(one)) return;
        for (Transformation<?> input : one.getInputs()) collect(input, all);
        all.add(one);
    }
}
