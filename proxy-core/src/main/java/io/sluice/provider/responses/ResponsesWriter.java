package io.sluice.provider.responses;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonBalance;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerIds;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TextRoom;
import io.sluice.message.TokenCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes an answer as a response: its events as they come, or the whole at its end. */
public final class ResponsesWriter implements AnswerWriter {

    /*
     * The last event repeats the whole answer, so the items are kept either way and a plain answer
     * is just that event's response. One item is open at a time, but for calls whose arguments are
     * not whole when the next one begins.
     */

    private static final byte[] TEXT_DELTA = ascii(",\"logprobs\":[]}\n\n");
    private static final byte[] DELTA_END = ascii("}\n\n");

    private final AnswerTerms terms;
    private final JsonText echo;
    private final BiConsumer<AnswerError, ByteBuf> errors;
    private final TokenCounts counts = new TokenCounts();
    private final List<Item> items = new ArrayList<>();
    private final List<Item> calls = new ArrayList<>();
    private final String suffix;
    private final JsonWriter json = new JsonWriter(Unpooled.EMPTY_BUFFER);
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private JsonText id = JsonText.EMPTY;
    private JsonText model = JsonText.EMPTY;
    private long created;
    private long sequence;
    private @Nullable Item open;
    private StopReason reason = StopReason.END;
    private boolean started;

    /**
     * A writer of one answer.
     *
     * @param echo what the response repeats of its request, see {@link ResponsesEcho}
     * @param errors writes an error in place of a plain answer
     */
    public ResponsesWriter(
            AnswerTerms terms, JsonText echo, BiConsumer<AnswerError, ByteBuf> errors) {
        this.terms = terms;
        this.echo = echo;
        this.errors = errors;
        created = terms.createdSeconds();
        suffix = AnswerIds.answer("", terms);
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText answerId, JsonText answering, long createdSeconds) {
        started = true;
        id = answerId.isEmpty() ? JsonText.of("resp_" + suffix) : terms.memory().keep(answerId);
        model = answering.isEmpty() ? JsonText.of(terms.model()) : terms.memory().keep(answering);
        if (createdSeconds >= 0) {
            created = createdSeconds;
        }
        if (terms.stream()) {
            event("response.created");
            writeResponse("in_progress", null);
            endEvent();
            event("response.in_progress");
            writeResponse("in_progress", null);
            endEvent();
        }
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        Item item = message(Kind.TEXT);
        item.text.append(fragment);
        delta("response.output_text.delta", item, "content_index", fragment, TEXT_DELTA);
    }

    @Override
    public void onRefusal(int choice, JsonText fragment) {
        Item item = message(Kind.REFUSAL);
        item.text.append(fragment);
        delta("response.refusal.delta", item, "content_index", fragment, DELTA_END);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        Item item = thought();
        if (item.text.isEmpty() && terms.stream()) {
            event("response.reasoning_summary_part.added");
            place(item).number("summary_index", 0).name("part").beginObject();
            json.word("type", "summary_text").word("text", "").endObject();
            endEvent();
        }
        item.text.append(fragment);
        delta("response.reasoning_summary_text.delta", item, "summary_index", fragment, DELTA_END);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        thought().second = terms.memory().keep(signature);
        close();
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        close();
        Item item = new Item(Kind.SEALED, items.size(), ResponsesItemReader.SEALED);
        item.second = terms.memory().keep(content);
        add(item);
        close();
    }

    @Override
    public void onCitation(
            int choice,
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText whole) {
        if (url.isEmpty()) {
            return;
        }
        Item item = message(Kind.TEXT);
        Annotation annotation =
                new Annotation(
                        terms.memory().keep(url),
                        terms.memory().keep(title),
                        item.text.text().string().length());
        item.annotations.add(annotation);
        if (terms.stream()) {
            event("response.output_text.annotation.added");
            place(item).number("content_index", 0);
            json.number("annotation_index", item.annotations.size() - 1).name("annotation");
            annotation.write(json);
            endEvent();
        }
    }

    @Override
    public void onToolCall(int choice, int index, JsonText callId, JsonText name) {
        close();
        for (Item call : calls) {
            if (!call.done && call.balance.isComplete()) {
                finish(call);
            }
        }
        Item item = new Item(Kind.CALL, items.size(), "fc_");
        item.first =
                callId.isEmpty()
                        ? JsonText.of(AnswerIds.toolCall("call_", terms, choice, index))
                        : terms.memory().keep(callId);
        item.second = terms.memory().keep(name);
        calls.add(item);
        add(item);
        open = null;
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        Item item = calls.get(index);
        item.balance.add(fragment);
        item.text.append(fragment);
        if (terms.stream()) {
            event("response.function_call_arguments.delta");
            place(item).name("delta").string(fragment);
            endEvent();
        }
    }

    @Override
    public void onBlockEnd(int choice) {
        close();
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        // A response has them with its text, in a form of its own; they are asked for by include.
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        // A block that only another dialect knows.
    }

    @Override
    public void onStop(int choice, StopReason why, JsonText stopSequence) {
        reason = why;
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        if (!terms.stream()) {
            errors.accept(error, out);
        } else if (started) {
            event("response.failed");
            writeResponse("failed", error);
            endEvent();
        } else {
            event("error").name("code").string(code(error)).name("message").string(error.message());
            json.name("param").nul();
            endEvent();
        }
    }

    @Override
    public void onEnd() {
        close();
        for (Item call : calls) {
            if (!call.done) {
                finish(call);
            }
        }
        boolean isCut = reason == StopReason.LENGTH || reason == StopReason.CONTENT_FILTER;
        String status = isCut ? "incomplete" : "completed";
        if (terms.stream()) {
            event("response." + status);
            writeResponse(status, null);
            endEvent();
        } else {
            json.on(out);
            writeObject(status, null);
        }
    }

    private static String code(AnswerError error) {
        String code = error.code();
        return code != null ? code : error.status() == 429 ? "rate_limit_exceeded" : "server_error";
    }

    private void writeResponse(String status, @Nullable AnswerError error) {
        json.name("response");
        writeObject(status, error);
    }

    private void writeObject(String status, @Nullable AnswerError error) {
        json.beginObject().name("id").string(id).word("object", "response");
        json.number("created_at", created).word("status", status).name("error");
        if (error == null) {
            json.nul();
        } else {
            json.beginObject().name("code").string(code(error));
            json.name("message").string(error.message()).endObject();
        }
        json.name("incomplete_details");
        if (status.equals("incomplete")) {
            String why = reason == StopReason.LENGTH ? "max_output_tokens" : "content_filter";
            json.beginObject().word("reason", why).endObject();
        } else {
            json.nul();
        }
        json.name("model").string(model).name("output").beginArray();
        if (error == null && !status.equals("in_progress")) {
            for (Item item : items) {
                item.write(json, "completed");
            }
        }
        json.endArray().fields(echo);
        if (counts.isKnown() && !status.equals("in_progress")) {
            json.name("usage");
            writeUsage();
        }
        json.endObject();
    }

    private void writeUsage() {
        json.beginObject().number("input_tokens", counts.input());
        json.name("input_tokens_details").beginObject();
        json.number("cached_tokens", counts.cached());
        json.number("cache_write_tokens", counts.cacheWrite()).endObject();
        json.number("output_tokens", counts.output());
        json.name("output_tokens_details").beginObject();
        json.number("reasoning_tokens", counts.reasoning()).endObject();
        json.number("total_tokens", counts.input() + counts.output()).endObject();
    }

    /** The message that is open, with one part of that kind. */
    private Item message(Kind kind) {
        Item item = open;
        if (item != null && item.kind == kind) {
            return item;
        }
        close();
        item = new Item(kind, items.size(), "msg_");
        add(item);
        if (terms.stream()) {
            event("response.content_part.added");
            place(item).number("content_index", 0).name("part");
            Item.writePart(kind, JsonText.EMPTY, List.of(), json);
            endEvent();
        }
        return item;
    }

    private Item thought() {
        Item item = open;
        if (item != null && item.kind == Kind.THOUGHT) {
            return item;
        }
        close();
        item = new Item(Kind.THOUGHT, items.size(), "rs_");
        add(item);
        return item;
    }

    private void add(Item item) {
        terms.memory().takeObject();
        items.add(item);
        open = item;
        if (terms.stream()) {
            event("response.output_item.added").number("output_index", item.index).name("item");
            item.writeBegun(json);
            endEvent();
        }
    }

    private void close() {
        Item item = open;
        open = null;
        if (item != null) {
            finish(item);
        }
    }

    private void finish(Item item) {
        item.done = true;
        if (!terms.stream()) {
            return;
        }
        JsonText text = item.text.text();
        switch (item.kind) {
            case TEXT -> {
                event("response.output_text.done");
                place(item).number("content_index", 0).name("text").string(text);
                json.name("logprobs").beginArray().endArray();
                endEvent();
                partDone("response.content_part.done", item, "content_index");
            }
            case REFUSAL -> {
                event("response.refusal.done");
                place(item).number("content_index", 0).name("refusal").string(text);
                endEvent();
                partDone("response.content_part.done", item, "content_index");
            }
            case THOUGHT -> {
                if (!text.isEmpty()) {
                    event("response.reasoning_summary_text.done");
                    place(item).number("summary_index", 0).name("text").string(text);
                    endEvent();
                    partDone("response.reasoning_summary_part.done", item, "summary_index");
                }
            }
            case CALL -> {
                event("response.function_call_arguments.done");
                place(item).name("name").string(item.second);
                json.name("arguments").string(item.arguments());
                endEvent();
            }
            case SEALED -> {}
        }
        event("response.output_item.done").number("output_index", item.index).name("item");
        item.write(json, "completed");
        endEvent();
    }

    private void partDone(String type, Item item, String index) {
        event(type);
        place(item).number(index, 0).name("part");
        Item.writePart(item.kind, item.text.text(), item.annotations, json);
        endEvent();
    }

    private void delta(String type, Item item, String index, JsonText fragment, byte[] end) {
        if (terms.stream()) {
            event(type);
            place(item).number(index, 0).name("delta").string(fragment);
            out.writeBytes(end);
        }
    }

    private JsonWriter place(Item item) {
        return json.word("item_id", item.id).number("output_index", item.index);
    }

    private JsonWriter event(String type) {
        ascii("event: ", type);
        ascii("\ndata: ", "");
        json.on(out).beginObject().word("type", type);
        return json.number("sequence_number", sequence++);
    }

    private void endEvent() {
        out.writeBytes(DELTA_END);
    }

    private void ascii(String first, String second) {
        for (int i = 0; i < first.length(); i++) {
            out.writeByte(first.charAt(i));
        }
        for (int i = 0; i < second.length(); i++) {
            out.writeByte(second.charAt(i));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private enum Kind {
        TEXT,
        REFUSAL,
        THOUGHT,
        SEALED,
        CALL
    }

    private record Annotation(JsonText url, JsonText title, int at) {

        void write(JsonWriter json) {
            json.beginObject().word("type", "url_citation");
            json.name("url").string(url).name("title").string(title);
            json.number("start_index", at).number("end_index", at).endObject();
        }
    }

    /** One item of the output. */
    private final class Item {

        private final Kind kind;
        private final int index;
        private final String id;
        private final TextRoom text = new TextRoom(terms.memory());
        private final JsonBalance balance = new JsonBalance();
        private final List<Annotation> annotations = new ArrayList<>();
        private JsonText first = JsonText.EMPTY;
        private JsonText second = JsonText.EMPTY;
        private boolean done;

        Item(Kind kind, int index, String prefix) {
            this.kind = kind;
            this.index = index;
            id = prefix + suffix + '_' + index;
        }

        JsonText arguments() {
            return text.isEmpty() ? JsonText.of("{}") : text.text();
        }

        void writeBegun(JsonWriter json) {
            json.beginObject().word("id", id);
            switch (kind) {
                case TEXT, REFUSAL -> {
                    json.word("type", "message").word("status", "in_progress");
                    json.word("role", "assistant").name("content").beginArray().endArray();
                }
                case THOUGHT, SEALED ->
                        json.word("type", "reasoning").name("summary").beginArray().endArray();
                case CALL -> {
                    json.word("type", "function_call").word("status", "in_progress");
                    json.word("arguments", "").name("call_id").string(first);
                    json.name("name").string(second);
                }
            }
            json.endObject();
        }

        void write(JsonWriter json, String status) {
            json.beginObject().word("id", id);
            switch (kind) {
                case TEXT, REFUSAL -> {
                    json.word("type", "message").word("status", status);
                    json.word("role", "assistant").name("content").beginArray();
                    writePart(kind, text.text(), annotations, json);
                    json.endArray();
                }
                case THOUGHT, SEALED -> {
                    json.word("type", "reasoning").name("summary").beginArray();
                    if (!text.isEmpty()) {
                        writePart(kind, text.text(), annotations, json);
                    }
                    json.endArray();
                    if (!second.isEmpty()) {
                        json.name("encrypted_content").string(second);
                    }
                }
                case CALL -> {
                    json.word("type", "function_call").word("status", status);
                    json.name("arguments").string(arguments()).name("call_id").string(first);
                    json.name("name").string(second);
                }
            }
            json.endObject();
        }

        static void writePart(
                Kind kind, JsonText text, List<Annotation> annotations, JsonWriter json) {
            json.beginObject();
            switch (kind) {
                case REFUSAL -> json.word("type", "refusal").name("refusal").string(text);
                case THOUGHT -> json.word("type", "summary_text").name("text").string(text);
                default -> {
                    json.word("type", "output_text").name("text").string(text);
                    json.name("annotations").beginArray();
                    annotations.forEach(one -> one.write(json));
                    json.endArray().name("logprobs").beginArray().endArray();
                }
            }
            json.endObject();
        }
    }
}
