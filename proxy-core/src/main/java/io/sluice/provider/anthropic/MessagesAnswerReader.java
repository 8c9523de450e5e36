package io.sluice.provider.anthropic;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.json.JsonWriter;
import io.sluice.message.AnswerFeed;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerParser;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TextRoom;
import io.sluice.message.TokenCounts;
import java.util.Arrays;

/** Reads answers of Messages, plain or streamed. */
public final class MessagesAnswerReader extends AnswerParser {

    /*
     * Fields may stand in any order, so each object is walked through once for where things are
     * before anything is told. Blocks that only this dialect knows are told whole at their end,
     * with the input that was streamed for them.
     */

    private static final JsonNames TOP =
            JsonNames.of(
                    "type",
                    "index",
                    "message",
                    "content_block",
                    "delta",
                    "usage",
                    "error",
                    "id",
                    "model",
                    "content",
                    "stop_reason",
                    "stop_sequence");
    private static final JsonNames EVENTS =
            JsonNames.of(
                    "message_start",
                    "content_block_start",
                    "content_block_delta",
                    "content_block_stop",
                    "message_delta",
                    "message_stop",
                    "message",
                    "error");
    private static final JsonNames BLOCK =
            JsonNames.of(
                    "type",
                    "text",
                    "thinking",
                    "signature",
                    "data",
                    "id",
                    "name",
                    "input",
                    "citations",
                    "citation",
                    "partial_json");
    private static final JsonNames TYPES =
            JsonNames.of(
                    "text",
                    "thinking",
                    "redacted_thinking",
                    "tool_use",
                    "text_delta",
                    "thinking_delta",
                    "signature_delta",
                    "input_json_delta",
                    "citations_delta");
    private static final JsonNames CITATION =
            JsonNames.of("url", "source", "title", "document_title", "cited_text");

    private final TokenCounts counts = new TokenCounts();
    private final MessagesUsage usage = new MessagesUsage();
    private final CallMemory memory;
    private final TextRoom foreignInput;

    private final JsonCursor inner = new JsonCursor();
    private final JsonCursor blockJson = new JsonCursor();
    private final JsonCursor partJson = new JsonCursor();
    private final JsonText id = new JsonText();
    private final JsonText model = new JsonText();
    private final JsonText content = new JsonText();
    private final JsonText message = new JsonText();
    private final JsonText block = new JsonText();
    private final JsonText delta = new JsonText();
    private final JsonText used = new JsonText();
    private final JsonText stop = new JsonText();
    private final JsonText sequence = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText signature = new JsonText();
    private final JsonText blockId = new JsonText();
    private final JsonText blockName = new JsonText();
    private final JsonText input = new JsonText();
    private final JsonText citations = new JsonText();
    private final JsonText citation = new JsonText();
    private final JsonText url = new JsonText();
    private final JsonText title = new JsonText();
    private final JsonText cited = new JsonText();

    /** For each block of a stream the number of its tool call, or -1. */
    private int[] calls = new int[8];

    private int index;
    private int toolCalls;
    private JsonText foreign = JsonText.EMPTY;

    private MessagesAnswerReader(AnswerListener to, CallMemory memory) {
        super(to);
        this.memory = memory;
        foreignInput = new TextRoom(memory);
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new MessagesAnswerReader(to, terms.memory()), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        String type = readTop(json);
        switch (type) {
            case "message_start" -> {
                if (!message.isEmpty()) {
                    readTop(inner.on(message.bytes(), message.from(), message.to()));
                }
                start();
                tellUsage();
            }
            case "content_block_start" -> startBlock();
            case "content_block_delta" -> readDelta();
            case "content_block_stop" -> endBlock();
            case "message_delta" -> {
                if (!delta.isEmpty()) {
                    readStop(inner.on(delta.bytes(), delta.from(), delta.to()));
                }
                tellStop();
                tellUsage();
            }
            case "message_stop" -> end();
            default -> {}
        }
    }

    @Override
    public void readBody(JsonCursor json) {
        readTop(json);
        if (isEnded()) {
            return;
        }
        start();
        inner.on(content.bytes(), content.from(), content.to());
        if (!content.isEmpty() && inner.tryArray()) {
            while (inner.nextElement()) {
                index = 0;
                inner.value(block);
                startBlock();
                endBlock();
            }
        }
        tellStop();
        tellUsage();
        end();
    }

    /** Finds what an event or a message holds; returns the event's type. */
    private String readTop(JsonCursor json) {
        String type = "";
        clear(content);
        clear(block);
        clear(delta);
        clear(used);
        clear(stop);
        clear(sequence);
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "type" -> type = json.choice(EVENTS);
                case "index" -> index = Math.clamp(json.integer(), 0, 1 << 16);
                case "message" -> json.value(message);
                case "content_block" -> json.value(block);
                case "delta" -> json.value(delta);
                case "usage" -> json.value(used);
                case "id" -> readString(json, id);
                case "model" -> readString(json, model);
                case "content" -> json.value(content);
                case "stop_reason" -> readString(json, stop);
                case "stop_sequence" -> readString(json, sequence);
                case "error" -> {
                    if (json.is(JsonType.OBJECT)) {
                        fail(MessagesErrors.readObject(json, 0));
                    } else {
                        json.skip();
                    }
                }
                default -> json.skip();
            }
        }
        return type;
    }

    @Override
    protected void start() {
        start(id, model, -1);
    }

    private void readStop(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "stop_reason" -> readString(json, stop);
                case "stop_sequence" -> readString(json, sequence);
                default -> json.skip();
            }
        }
    }

    private void tellStop() {
        if (!stop.isEmpty()) {
            StopReason reason = MessagesReasons.read(stop);
            to().onStop(0, reason, sequence);
        }
    }

    private void tellUsage() {
        if (!used.isEmpty()
                && usage.read(partJson.on(used.bytes(), used.from(), used.to()), counts)) {
            to().onUsage(counts);
        }
    }

    private void startBlock() {
        start();
        String type = readBlock(block);
        remember(-1);
        switch (type) {
            case "text" -> {
                if (!text.isEmpty()) {
                    to().onText(0, text);
                }
                tellCitations();
            }
            case "thinking" -> {
                if (!text.isEmpty()) {
                    to().onThought(0, text);
                }
                if (!signature.isEmpty()) {
                    to().onSignature(0, signature);
                }
            }
            case "redacted_thinking" -> to().onSealedThought(0, text);
            case "tool_use" -> {
                remember(toolCalls);
                to().onToolCall(0, toolCalls, blockId, blockName);
                if (!input.isEmpty() && !input.is("{}")) {
                    to().onToolArguments(0, toolCalls, input);
                }
                toolCalls++;
            }
            default -> {
                foreign = memory.keep(block);
                foreignInput.clear();
            }
        }
    }

    private void remember(int call) {
        if (index >= calls.length) {
            calls = Arrays.copyOf(calls, index * 2);
        }
        calls[index] = call;
    }

    /** Finds what a block or a delta holds; returns its type. */
    private String readBlock(JsonText value) {
        String type = "";
        clear(text);
        clear(signature);
        clear(blockId);
        clear(blockName);
        clear(input);
        clear(citations);
        JsonCursor json = blockJson.on(value.bytes(), value.from(), value.to());
        if (value.isEmpty() || !json.tryObject()) {
            return type;
        }
        while (json.nextField()) {
            switch (json.name(BLOCK)) {
                case "type" -> type = json.choice(TYPES);
                case "text", "thinking", "data", "partial_json" -> readString(json, text);
                case "signature" -> readString(json, signature);
                case "id" -> readString(json, blockId);
                case "name" -> readString(json, blockName);
                case "input" -> json.value(input);
                case "citations", "citation" -> json.value(citations);
                default -> json.skip();
            }
        }
        return type;
    }

    private void readDelta() {
        switch (readBlock(delta)) {
            case "text_delta" -> to().onText(0, text);
            case "thinking_delta" -> to().onThought(0, text);
            case "signature_delta" -> to().onSignature(0, signature);
            case "citations_delta" -> tellCitations();
            case "input_json_delta" -> {
                int call = index < calls.length ? calls[index] : -1;
                if (call >= 0) {
                    if (!text.isEmpty()) {
                        to().onToolArguments(0, call, text);
                    }
                } else {
                    foreignInput.append(text);
                }
            }
            default -> {}
        }
    }

    private void tellCitations() {
        if (citations.isEmpty()) {
            return;
        }
        JsonCursor json = partJson.on(citations.bytes(), citations.from(), citations.to());
        if (json.is(JsonType.OBJECT)) {
            tellCitation(citations);
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                tellCitation(json.value(citation));
            }
        }
    }

    private void tellCitation(JsonText whole) {
        clear(url);
        clear(title);
        clear(cited);
        JsonCursor json = blockJson.on(whole.bytes(), whole.from(), whole.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(CITATION)) {
                case "url" -> readString(json, url);
                case "title", "document_title" -> readString(json, title);
                case "cited_text" -> readString(json, cited);
                default -> json.skip();
            }
        }
        to().onCitation(0, Dialect.ANTHROPIC_MESSAGES, url, title, cited, whole);
    }

    private void endBlock() {
        if (!foreign.isEmpty()) {
            to().onForeign(
                            0,
                            Dialect.ANTHROPIC_MESSAGES,
                            foreignInput.isEmpty() ? foreign : joined());
            foreign = JsonText.EMPTY;
        }
        to().onBlockEnd(0);
    }

    /** The block that only this dialect knows, with the input that was streamed for it. */
    private JsonText joined() {
        ByteBuf out = memory.buffer();
        JsonWriter json = new JsonWriter(out).beginObject();
        JsonCursor cursor = new JsonCursor().on(foreign.bytes(), foreign.from(), foreign.to());
        cursor.beginObject();
        while (cursor.nextField()) {
            String name = cursor.name();
            JsonText value = cursor.value();
            json.anyName(name);
            if (name.equals("input") && MessagesBlockWriter.isObject(foreignInput.text())) {
                json.json(foreignInput.text());
            } else {
                json.json(value);
            }
        }
        json.endObject();
        return new JsonText().set(out.array(), 0, out.writerIndex(), JsonText.Form.JSON);
    }
}
