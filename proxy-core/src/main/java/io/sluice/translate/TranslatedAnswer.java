package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonText;
import io.sluice.json.TextSample;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way from the provider's dialect to the caller's.
 *
 * <p>{@link #feed} for each piece of the body as it comes, then {@link #finish} where its framing
 * ended cleanly or {@link #fail} where it did not. Everything appends to the buffer it is given,
 * which stays the caller's; what is fed is borrowed. A plain answer is written by {@code finish}.
 * Allocates nothing per event. Confined to the event loop of its call.
 */
public final class TranslatedAnswer {

    private final AnswerWriter writer;
    private final AnswerReader reader;
    private final Watch watch;
    private final boolean isStream;
    private final boolean isArray;
    private boolean isOverfull;

    TranslatedAnswer(
            Codec caller, Codec provider, AnswerTerms terms, JsonText echo, boolean eventStream) {
        isStream = terms.stream();
        isArray = terms.jsonArray();
        writer = caller.answerWriter(terms, echo);
        watch = new Watch(writer, caller.choices(), terms.thinkTags());
        reader = provider.answerReader(watch, terms, eventStream);
    }

    /**
     * Translates {@code length} bytes of {@code in} from {@code index} on.
     *
     * @param in borrowed; its indices do not move
     * @param out borrowed; what the caller is to receive is appended
     * @throws GatewayException {@code overloaded} where the answer's memory is used up: what was
     *     appended is whole, and {@link #fail} is to follow
     */
    public void feed(ByteBuf in, int index, int length, ByteBuf out) {
        if (watch.ended) {
            return;
        }
        int start = out.writerIndex();
        try {
            writer.to(out);
            reader.read(in, index, length);
        } catch (GatewayException e) {
            isOverfull = true;
            cut(out, start);
            throw e;
        }
    }

    /** Takes back what was written behind the last whole event. */
    private void cut(ByteBuf out, int start) {
        if (isArray) {
            return;
        }
        int end = isStream ? out.writerIndex() : start;
        while (end > start && !(end - start > 1 && isEventEnd(out, end))) {
            end--;
        }
        out.writerIndex(end);
    }

    private static boolean isEventEnd(ByteBuf out, int end) {
        return out.getByte(end - 1) == '\n' && out.getByte(end - 2) == '\n';
    }

    /**
     * Ends an answer whose framing ended cleanly.
     *
     * @param out borrowed; the rest of what the caller is to receive is appended
     * @throws GatewayException as {@link #feed} does
     */
    public void finish(ByteBuf out) {
        if (watch.ended) {
            return;
        }
        int start = out.writerIndex();
        try {
            writer.to(out);
            reader.finish();
        } catch (GatewayException e) {
            isOverfull = true;
            cut(out, start);
            throw e;
        }
    }

    /**
     * Breaks the answer off: the provider's connection did, or a deadline passed. A stream gets an
     * error event in the caller's dialect, a plain answer an error body; one that has ended already
     * gets nothing.
     *
     * @param out borrowed
     */
    public void fail(AnswerError error, ByteBuf out) {
        if (!isTold()) {
            writer.to(out);
            watch.onError(error);
        }
    }

    private boolean isTold() {
        return watch.ended && !isOverfull;
    }

    /** Whether the caller has all there is: nothing that is fed from here on matters. */
    public boolean isEnded() {
        return watch.ended;
    }

    /** The error that the provider, or what it sent, ended the answer with, or {@code null}. */
    public @Nullable AnswerError error() {
        return watch.error;
    }

    /** Adds what the model says to {@code text} from here on. */
    public void sampleInto(TextSample text) {
        watch.sample = text;
    }

    /** What the provider said was used, so far. */
    public TokenCounts usage() {
        return watch.counts;
    }

    /** Why the first choice ended, or {@code null} so far. */
    public @Nullable StopReason stopReason() {
        return watch.stopReason;
    }

    /** Keeps what the gateway itself wants to know of an answer, and passes everything on. */
    private static final class Watch implements AnswerListener {

        private final AnswerListener next;
        private final TokenCounts counts = new TokenCounts();
        private @Nullable AnswerError error;
        private @Nullable StopReason stopReason;
        private final int choices;
        private final @Nullable ThoughtTags tags;
        private @Nullable TextSample sample;
        private boolean ended;

        Watch(AnswerListener next, int choices, boolean rewritesTags) {
            this.next = next;
            this.choices = choices;
            tags = rewritesTags ? new ThoughtTags() : null;
        }

        private void sample(JsonText text) {
            TextSample into = sample;
            if (into != null) {
                text.sampleInto(into);
            }
        }

        /** Passes on what looked like a tag and was none. */
        private void flush(int choice) {
            ThoughtTags rewriting = tags;
            if (rewriting != null) {
                String rest = rewriting.rest(choice);
                if (!rest.isEmpty() && hasRoom(choice)) {
                    next.onText(choice, JsonText.of(rest));
                }
            }
        }

        /** Whether the caller's dialect has room for another answer. */
        private boolean hasRoom(int choice) {
            return choice < choices;
        }

        @Override
        public void onStart(JsonText id, JsonText model, long createdSeconds) {
            next.onStart(id, model, createdSeconds);
        }

        @Override
        public void onText(int choice, JsonText fragment) {
            sample(fragment);
            ThoughtTags rewriting = tags;
            JsonText text =
                    rewriting == null
                            ? fragment
                            : JsonText.of(rewriting.rewrite(choice, fragment.string()));
            if (hasRoom(choice) && !text.isEmpty()) {
                next.onText(choice, text);
            }
        }

        @Override
        public void onThought(int choice, JsonText fragment) {
            sample(fragment);
            flush(choice);
            if (hasRoom(choice)) {
                next.onThought(choice, fragment);
            }
        }

        @Override
        public void onSignature(int choice, JsonText signature) {
            if (hasRoom(choice)) {
                next.onSignature(choice, signature);
            }
        }

        @Override
        public void onSealedThought(int choice, JsonText content) {
            if (hasRoom(choice)) {
                next.onSealedThought(choice, content);
            }
        }

        @Override
        public void onRefusal(int choice, JsonText fragment) {
            if (hasRoom(choice)) {
                next.onRefusal(choice, fragment);
            }
        }

        @Override
        public void onCitation(
                int choice,
                Dialect dialect,
                JsonText url,
                JsonText title,
                JsonText cited,
                JsonText json) {
            if (hasRoom(choice)) {
                next.onCitation(choice, dialect, url, title, cited, json);
            }
        }

        @Override
        public void onToolCall(int choice, int index, JsonText id, JsonText name) {
            flush(choice);
            if (hasRoom(choice)) {
                next.onToolCall(choice, index, id, name);
            }
        }

        @Override
        public void onToolArguments(int choice, int index, JsonText fragment) {
            sample(fragment);
            if (hasRoom(choice)) {
                next.onToolArguments(choice, index, fragment);
            }
        }

        @Override
        public void onBlockEnd(int choice) {
            flush(choice);
            if (hasRoom(choice)) {
                next.onBlockEnd(choice);
            }
        }

        @Override
        public void onLogprobs(int choice, JsonText json) {
            if (hasRoom(choice)) {
                next.onLogprobs(choice, json);
            }
        }

        @Override
        public void onForeign(int choice, Dialect dialect, JsonText json) {
            if (hasRoom(choice)) {
                next.onForeign(choice, dialect, json);
            }
        }

        @Override
        public void onStop(int choice, StopReason reason, JsonText sequence) {
            flush(choice);
            if (choice == 0) {
                stopReason = reason;
            }
            if (hasRoom(choice)) {
                next.onStop(choice, reason, sequence);
            }
        }

        @Override
        public void onUsage(TokenCounts used) {
            counts.copyFrom(used);
            next.onUsage(used);
        }

        @Override
        public void onError(AnswerError failed) {
            error = failed;
            ended = true;
            next.onError(failed);
        }

        @Override
        public void onEnd() {
            ended = true;
            for (int i = 0; tags != null && i < tags.choices(); i++) {
                flush(i);
            }
            next.onEnd();
        }
    }
}
