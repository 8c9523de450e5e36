package io.sluice.message;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a translation leaves out of one request, and whether it may.
 *
 * <p>Nothing is left out in silence: what the target has no place for is refused, unless the
 * operator said {@code drop_params}; what changes no answer, a cache breakpoint for instance, is
 * left out and named. Filled by one thread.
 */
public final class Omissions {

    private final boolean dropParams;
    private final Set<String> additional;
    private final Set<String> allowed;
    private final List<String> dropped = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();

    /**
     * Nothing left out yet.
     *
     * @param dropParams whether what the target has no place for may be left out
     * @param additional fields that are always left out
     */
    public Omissions(boolean dropParams, Set<String> additional) {
        this(dropParams, additional, Set.of());
    }

    /**
     * Nothing left out yet.
     *
     * @param allowed fields that are sent on under their names instead
     */
    public Omissions(boolean dropParams, Set<String> additional, Set<String> allowed) {
        this.allowed = allowed;
        this.dropParams = dropParams;
        this.additional = additional;
    }

    /** Whether the operator wants a top-level field left out; then it is. */
    public boolean takes(String field) {
        if (additional.isEmpty() || !additional.contains(field)) {
            return false;
        }
        drop(field);
        return true;
    }

    /**
     * Leaves out what changes the answer.
     *
     * @param field as the caller calls it
     * @throws GatewayException where that is not allowed
     */
    public void refuse(String field, Dialect target) {
        if (keeps(field)) {
            return;
        }
        if (!dropParams && !additional.contains(field)) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    field
                            + " has no place in the dialect of the model behind ("
                            + target.wireName()
                            + "); drop_params leaves it out",
                    field);
        }
        drop(field);
    }

    /** Leaves out what changes no answer. */
    public void drop(String field) {
        if (!keeps(field) && !dropped.contains(field)) {
            dropped.add(field);
        }
    }

    private boolean keeps(String field) {
        boolean keeps = allowed.contains(field) && !additional.contains(field);
        if (keeps && !kept.contains(field)) {
            kept.add(field);
        }
        return keeps;
    }

    /** The fields that have no place and are to be sent on under their names, each once. */
    public List<String> kept() {
        return List.copyOf(kept);
    }

    /** The fields that were left out, each once. */
    public List<String> dropped() {
        return List.copyOf(dropped);
    }
}
