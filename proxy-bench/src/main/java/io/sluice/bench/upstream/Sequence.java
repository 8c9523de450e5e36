package io.sluice.bench.upstream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The events of a stream in order, each made when it is taken. */
final class Sequence implements Iterator<Step.Send> {

    private final List<Part> parts = new ArrayList<>();
    private int part;
    private int index;
    private int number;

    /** Makes one event. */
    interface Event {

        /**
         * The event.
         *
         * @param index within its part, counted from 0
         * @param number within the whole sequence, counted from 0
         */
        Step.Send at(int index, int number);
    }

    private record Part(int count, Event event) {}

    Sequence once(Event event) {
        return times(1, event);
    }

    Sequence times(int count, Event event) {
        if (count > 0) {
            parts.add(new Part(count, event));
        }
        return this;
    }

    @Override
    public boolean hasNext() {
        return part < parts.size();
    }

    @Override
    public Step.Send next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Part current = parts.get(part);
        Step.Send event = current.event.at(index++, number++);
        if (index == current.count) {
            part++;
            index = 0;
        }
        return event;
    }
}
