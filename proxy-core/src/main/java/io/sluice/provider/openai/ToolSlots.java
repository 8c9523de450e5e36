package io.sluice.provider.openai;

import io.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;

/** Tells the tool calls of one choice apart, whatever indexes the provider gives them. */
final class ToolSlots {

    /*
     * Most number their calls from 0. Some give all of them the index 0, or none, and only a new id
     * tells that another call began.
     */

    private final List<Slot> slots = new ArrayList<>();
    private boolean isNew;

    /** The number of the call that a fragment belongs to, counted from 0, or -1 where to none. */
    int of(int index, JsonText id, JsonText name) {
        isNew = false;
        for (int i = slots.size() - 1; i >= 0; i--) {
            Slot slot = slots.get(i);
            boolean sameIndex = index < 0 || slot.index == index;
            if (sameIndex && (id.isEmpty() || slot.id.isEmpty() || id.is(slot.id))) {
                return i;
            }
        }
        if (id.isEmpty() && name.isEmpty()) {
            return -1;
        }
        isNew = true;
        slots.add(new Slot(index < 0 ? slots.size() : index, id.string()));
        return slots.size() - 1;
    }

    /** Whether the call that was asked for last was not known before. */
    boolean isNew() {
        return isNew;
    }

    private record Slot(int index, String id) {}
}
