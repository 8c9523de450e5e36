package io.sluice.provider.bedrock;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerFeed;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.message.TokenCounts;
import java.util.Arrays;

/**
 * Reads answers of Converse, plain, or streamed as events that hold one member of the stream's
 * union each.
 */
public final class ConverseAnswerReader implements AnswerFeed.Parser {

    /*
     * A block begins with its first delta unless it is a tool's, so that only calls of tools are
     * counted by their start. What a tool of the provider's own was asked and what it answered is
     * nobody's to act on: it is told as a piece that only this dialect knows.
     */

    private static final JsonNames UNION =
            JsonNames.of(
                    "messageStart",
                    "contentBlockStart",
                    "contentBlockDelta",
                    "contentBlockStop",
                    "messageStop",
                    "metadata");
    private static final JsonNames TOP =
            JsonNames.of(
                    "output",
                    "message",
                    "content",
                    "stopReason",
                    "usage",
                    "contentBlockIndex",
                    "start",
                    "delta");
    private static final JsonNames BLOCK =
            JsonNames.of(
                    "text",
                    "toolUse",
                    "reasoningContent",
                    "citationsContent",
                    "citation",
                    "toolUseId",
                    "name",
                    "input",
                    "type",
                    "reasoningText",
                    "signature",
                    "redactedContent",
                    "content",
                    "citations");
    private static final JsonNames CITATION =
            JsonNames.of("title", "location", "sourceContent", "web", "url", "text");

    private final AnswerListener to;
    private final TokenCounts counts = new TokenCounts();
    private final JsonCursor inner = new JsonCursor();
    private final JsonText stop = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText whole = new JsonText();
    private final JsonText toolId = new JsonText();
    private final JsonText toolName = new JsonText();
    private final JsonText toolType = new JsonText();
    private final JsonText toolInput = new JsonText();
    private final JsonText signature = new JsonText();
    private final JsonText title = new JsonText();
    private final JsonText url = new JsonText();
    private final JsonText cited = new JsonText();

    /** For each block of a stream the number of its tool call, or -1. */
    private int[] calls = new int[8];

    private int index;
    private int toolCalls;
    private boolean started;
    private boolean ended;

    private ConverseAnswerReader(AnswerListener to) {
        this.to = to;
        Arrays.fill(calls, -1);
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new ConverseAnswerReader(to), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(UNION)) {
                case "messageStart" -> {
                    json.skip();
                    start();
                }
                case "contentBlockStart" -> readBlockEvent(json, false);
                case "contentBlockDelta" -> readBlockEvent(json, true);
                case "contentBlockStop" -> {
                    json.skip();
                    to.onBlockEnd(0);
                }
                case "messageStop", "metadata" -> readTop(json);
                default -> readOther(json);
            }
        }
    }

    @Override
    public void readBody(JsonCursor json) {
        start();
        readTop(json);
        end();
    }

    @Override
    public void end() {
        if (!ended) {
            start();
            ended = true;
            to.onEnd();
        }
    }

    @Override
    public void fail(AnswerError error) {
        if (!ended) {
            ended = true;
            to.onError(error);
        }
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    private void start() {
        if (!started) {
            started = true;
            to.onStart(JsonText.EMPTY, JsonText.EMPTY, -1);
        }
    }

    private void readOther(JsonCursor json) {
        String name = json.name();
        if (name.endsWith("Exception")) {
            json.value(whole);
            fail(ConverseErrors.readEvent(inner.on(whole.bytes(), whole.from(), whole.to()), name));
        } else {
            json.skip();
        }
    }

    /** Reads a plain answer, or the end of a stream. The stop reason is told behind the content. */
    private void readTop(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        clear(stop);
        boolean counted = false;
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "output" -> readMessage(json);
                case "stopReason" -> readString(json, stop);
                case "usage" -> counted = ConverseUsage.read(json, counts);
                default -> json.skip();
            }
        }
        if (!stop.isEmpty()) {
            to.onStop(0, ConverseReasons.read(stop), JsonText.EMPTY);
        }
        if (counted) {
            to.onUsage(counts);
        }
    }

    private void readMessage(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "message" -> readMessage(json);
                case "content" -> {
                    if (json.tryArray()) {
                        while (json.nextElement()) {
                            index = 0;
                            readBlock(json, false);
                            to.onBlockEnd(0);
                        }
                    }
                }
                default -> json.skip();
            }
        }
    }

    /** Reads the start of a block or a piece of one, wherever its number stands. */
    private void readBlockEvent(JsonCursor json, boolean isDelta) {
        start();
        if (!json.tryObject()) {
            return;
        }
        clear(whole);
        index = 0;
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "contentBlockIndex" -> index = Math.clamp(json.integer(), 0, 1 << 16);
                case "start", "delta" -> json.value(whole);
                default -> json.skip();
            }
        }
        if (!isDelta) {
            remember(-1);
        }
        if (!whole.isEmpty()) {
            readBlock(inner.on(whole.bytes(), whole.from(), whole.to()), isDelta);
        }
    }

    /** Reads a block, its start or a delta: an object with one field mostly. */
    private void readBlock(JsonCursor json, boolean isDelta) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(BLOCK)) {
                case "text" -> tellText(json);
                case "toolUse" -> readTool(json, isDelta);
                case "reasoningContent" -> readThought(json);
                case "citationsContent" -> readCited(json);
                case "citation" -> readCitation(json);
                default -> {
                    String name = json.name();
                    json.value(text);
                    tellForeign(name, text);
                }
            }
        }
    }

    private void tellText(JsonCursor json) {
        readString(json, text);
        if (!text.isEmpty()) {
            to.onText(0, text);
        }
    }

    private void tellForeign(String name, JsonText value) {
        to.onForeign(
                0,
                Dialect.BEDROCK_CONVERSE,
                JsonText.json("{\"" + name + "\":" + value.string() + '}'));
    }

    private void readTool(JsonCursor json, boolean isDelta) {
        json.value(text);
        JsonCursor tool = new JsonCursor().on(text.bytes(), text.from(), text.to());
        if (!tool.tryObject()) {
            return;
        }
        clear(toolId);
        clear(toolName);
        clear(toolType);
        clear(toolInput);
        while (tool.nextField()) {
            switch (tool.name(BLOCK)) {
                case "toolUseId" -> readString(tool, toolId);
                case "name" -> readString(tool, toolName);
                case "type" -> readString(tool, toolType);
                case "input" -> {
                    if (tool.is(JsonType.STRING)) {
                        tool.string(toolInput);
                    } else {
                        tool.value(toolInput);
                    }
                }
                default -> tool.skip();
            }
        }
        if (isDelta) {
            int call = index < calls.length ? calls[index] : -1;
            if (call >= 0 && !toolInput.isEmpty()) {
                to.onToolArguments(0, call, toolInput);
            }
        } else if (toolType.is("server_tool_use")) {
            tellForeign("toolUse", text);
        } else {
            remember(toolCalls);
            to.onToolCall(0, toolCalls, toolId, toolName);
            if (!toolInput.isEmpty()) {
                to.onToolArguments(0, toolCalls, toolInput);
            }
            toolCalls++;
        }
    }

    private void remember(int call) {
        if (index >= calls.length) {
            int had = calls.length;
            calls = Arrays.copyOf(calls, index * 2);
            Arrays.fill(calls, had, calls.length, -1);
        }
        calls[index] = call;
    }

    /** A thought stands in an object of its own, or, in a stream, in the delta itself. */
    private void readThought(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        clear(signature);
        while (json.nextField()) {
            switch (json.name(BLOCK)) {
                case "reasoningText" -> readThought(json);
                case "text" -> {
                    readString(json, text);
                    if (!text.isEmpty()) {
                        to.onThought(0, text);
                    }
                }
                case "signature" -> readString(json, signature);
                case "redactedContent" -> {
                    readString(json, text);
                    if (!text.isEmpty()) {
                        to.onSealedThought(0, text);
                    }
                }
                default -> json.skip();
            }
        }
        if (!signature.isEmpty()) {
            to.onSignature(0, signature);
            clear(signature);
        }
    }

    private void readCited(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(BLOCK)) {
                case "content" -> {
                    if (json.tryArray()) {
                        while (json.nextElement()) {
                            readBlock(json, false);
                        }
                    }
                }
                case "citations" -> {
                    if (json.tryArray()) {
                        while (json.nextElement()) {
                            readCitation(json);
                        }
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void readCitation(JsonCursor json) {
        json.value(text);
        clear(title);
        clear(url);
        clear(cited);
        JsonCursor citation = new JsonCursor().on(text.bytes(), text.from(), text.to());
        findCited(citation);
        to.onCitation(0, Dialect.BEDROCK_CONVERSE, url, title, cited, text);
    }

    /** Finds title, page and quotation, which stand at different depths. */
    private void findCited(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(CITATION)) {
                case "title" -> readString(json, title);
                case "url" -> readString(json, url);
                case "text" -> readString(json, cited);
                case "location", "web" -> findCited(json);
                case "sourceContent" -> {
                    if (json.tryArray()) {
                        while (json.nextElement()) {
                            findCited(json);
                        }
                    }
                }
                default -> json.skip();
            }
        }
    }

    private static void clear(JsonText cleared) {
        cleared.set(cleared.bytes(), 0, 0, JsonText.Form.STRING);
    }

    private static void readString(JsonCursor json, JsonText into) {
        if (json.is(JsonType.STRING)) {
            json.string(into);
        } else {
            json.skip();
        }
    }
}
