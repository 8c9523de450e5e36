package io.sluice.provider.ollama;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerFeed;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;

/** Reads answers of Ollama's chat; a plain one has the form of a stream's only piece. */
public final class OllamaAnswerReader implements AnswerFeed.Parser {

    private static final JsonNames NAMES =
            JsonNames.of(
                    "model",
                    "message",
                    "done",
                    "done_reason",
                    "prompt_eval_count",
                    "eval_count",
                    "error",
                    "content",
                    "thinking",
                    "tool_calls",
                    "id",
                    "function",
                    "name",
                    "arguments");
    private static final int SERVER_ERROR = 500;

    private final AnswerListener to;
    private final TokenCounts counts = new TokenCounts();
    private final JsonText model = new JsonText();
    private final JsonText message = new JsonText();
    private final JsonText reason = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText toolId = new JsonText();
    private final JsonText toolName = new JsonText();
    private final JsonText arguments = new JsonText();
    private final JsonCursor inner = new JsonCursor();

    private int toolCalls;
    private boolean isDone;
    private boolean started;
    private boolean ended;

    private OllamaAnswerReader(AnswerListener to) {
        this.to = to;
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new OllamaAnswerReader(to), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        clear(message);
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "model" -> readString(json, model);
                case "message" -> json.value(message);
                case "done" -> isDone = json.bool();
                case "done_reason" -> readString(json, reason);
                case "prompt_eval_count" -> counts.setInput(json.integer());
                case "eval_count" -> counts.setOutput(json.integer());
                case "error" -> readError(json);
                default -> json.skip();
            }
        }
        if (ended) {
            return;
        }
        start();
        if (!message.isEmpty()) {
            readMessage(inner.on(message.bytes(), message.from(), message.to()));
        }
        if (isDone) {
            stop();
        }
    }

    @Override
    public void readBody(JsonCursor json) {
        readEvent(json);
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

    private void readError(JsonCursor json) {
        clear(text);
        readString(json, text);
        String said = text.isEmpty() ? "the provider failed" : text.string();
        fail(new AnswerError(SERVER_ERROR, "", said, null, null));
    }

    private void start() {
        if (!started) {
            started = true;
            to.onStart(JsonText.EMPTY, model, -1);
        }
    }

    private void stop() {
        StopReason why = StopReason.END;
        if (reason.is("length")) {
            why = StopReason.LENGTH;
        } else if (toolCalls > 0) {
            why = StopReason.TOOL_CALLS;
        }
        to.onStop(0, why, JsonText.EMPTY);
        if (counts.isKnown()) {
            to.onUsage(counts);
        }
        end();
    }

    private void readMessage(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "content" -> {
                    readString(json, text);
                    if (!text.isEmpty()) {
                        to.onText(0, text);
                    }
                }
                case "thinking" -> {
                    readString(json, text);
                    if (!text.isEmpty()) {
                        to.onThought(0, text);
                    }
                }
                case "tool_calls" -> readCalls(json);
                default -> json.skip();
            }
        }
    }

    private void readCalls(JsonCursor json) {
        if (!json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            clear(toolId);
            clear(toolName);
            clear(arguments);
            findCall(json);
            to.onToolCall(0, toolCalls, toolId, toolName);
            if (!arguments.isEmpty()) {
                to.onToolArguments(0, toolCalls, arguments);
            }
            to.onBlockEnd(0);
            toolCalls++;
        }
    }

    private void findCall(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(NAMES)) {
                case "id" -> readString(json, toolId);
                case "name" -> readString(json, toolName);
                case "arguments" -> json.value(arguments);
                case "function" -> findCall(json);
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
