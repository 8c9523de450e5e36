package io.sluice.provider.cohere;

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
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;

/**
 * Reads answers of Cohere's chat, plain or streamed. The plan that goes before calls of tools is
 * what the model thinks. What is billed is what was used.
 */
public final class CohereAnswerReader implements AnswerFeed.Parser {

    private static final JsonNames TOP =
            JsonNames.of(
                    "id",
                    "type",
                    "message",
                    "delta",
                    "finish_reason",
                    "usage",
                    "error",
                    "content",
                    "tool_plan",
                    "tool_calls",
                    "citations",
                    "text",
                    "thinking",
                    "function",
                    "name",
                    "arguments",
                    "billed_units",
                    "tokens",
                    "input_tokens",
                    "output_tokens",
                    "reasoning_tokens");
    private static final JsonNames EVENTS =
            JsonNames.of(
                    "message-start",
                    "content-start",
                    "content-delta",
                    "content-end",
                    "tool-plan-delta",
                    "tool-call-start",
                    "tool-call-delta",
                    "tool-call-end",
                    "citation-start",
                    "message-end");
    private static final JsonNames REASONS =
            JsonNames.of(
                    "COMPLETE", "STOP_SEQUENCE", "MAX_TOKENS", "TOOL_CALL", "ERROR", "TIMEOUT");
    private static final int SERVER_ERROR = 500;

    private final AnswerListener to;
    private final TokenCounts counts = new TokenCounts();
    private final JsonText id = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText whole = new JsonText();
    private final JsonText complaint = new JsonText();
    private final JsonText toolId = new JsonText();
    private final JsonText toolName = new JsonText();
    private final JsonText toolArguments = new JsonText();
    private final JsonCursor inner = new JsonCursor();

    private String reason = "";
    private boolean counted;
    private int toolCalls;
    private boolean started;
    private boolean ended;

    private CohereAnswerReader(AnswerListener to) {
        this.to = to;
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new CohereAnswerReader(to), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        String type = "";
        clear(whole);
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "type" -> type = json.choice(EVENTS);
                case "id" -> readString(json, id);
                case "delta" -> json.value(whole);
                default -> json.skip();
            }
        }
        switch (type) {
            case "message-start" -> start();
            case "content-end", "tool-call-end" -> to.onBlockEnd(0);
            case "content-start",
                    "content-delta",
                    "tool-plan-delta",
                    "tool-call-start",
                    "tool-call-delta",
                    "citation-start" -> {
                start();
                readDelta(type.equals("tool-call-start"));
            }
            case "message-end" -> readEnd();
            default -> {}
        }
    }

    @Override
    public void readBody(JsonCursor json) {
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "id" -> readString(json, id);
                case "message" -> json.value(whole);
                case "finish_reason" -> reason = json.choice(REASONS);
                case "usage" -> readUsage(json);
                default -> json.skip();
            }
        }
        start();
        if (!whole.isEmpty()) {
            readMessage(inner.on(whole.bytes(), whole.from(), whole.to()), true);
        }
        stop();
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
            to.onStart(id, JsonText.EMPTY, -1);
        }
    }

    private void readDelta(boolean isCallStart) {
        JsonCursor json = inner.on(whole.bytes(), whole.from(), whole.to());
        if (whole.isEmpty() || !json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            if (json.name(TOP).equals("message")) {
                readMessage(json, isCallStart);
            } else {
                json.skip();
            }
        }
    }

    private void readMessage(JsonCursor json, boolean beginsCalls) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "content" -> readContents(json);
                case "tool_plan" -> {
                    readString(json, text);
                    if (!text.isEmpty()) {
                        to.onThought(0, text);
                    }
                }
                case "tool_calls" -> readCalls(json, beginsCalls);
                case "citations" -> readCitations(json);
                default -> json.skip();
            }
        }
    }

    private void readContents(JsonCursor json) {
        if (json.is(JsonType.OBJECT)) {
            readContent(json);
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                readContent(json);
                to.onBlockEnd(0);
            }
        }
    }

    private void readContent(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            String name = json.name(TOP);
            switch (name) {
                case "text", "thinking" -> {
                    readString(json, text);
                    if (!text.isEmpty() && name.equals("text")) {
                        to.onText(0, text);
                    } else if (!text.isEmpty()) {
                        to.onThought(0, text);
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void readCalls(JsonCursor json, boolean isStart) {
        if (json.is(JsonType.OBJECT)) {
            readCall(json, isStart);
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                readCall(json, isStart);
                to.onBlockEnd(0);
            }
        }
    }

    private void readCall(JsonCursor json, boolean isStart) {
        clear(toolId);
        clear(toolName);
        clear(toolArguments);
        findCall(json);
        if (isStart) {
            to.onToolCall(0, toolCalls, toolId, toolName);
            toolCalls++;
        }
        if (!toolArguments.isEmpty() && toolCalls > 0) {
            to.onToolArguments(0, toolCalls - 1, toolArguments);
        }
    }

    private void findCall(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "id" -> readString(json, toolId);
                case "name" -> readString(json, toolName);
                case "arguments" -> readString(json, toolArguments);
                case "function" -> findCall(json);
                default -> json.skip();
            }
        }
    }

    private void readCitations(JsonCursor json) {
        if (json.is(JsonType.OBJECT)) {
            tellCitation(json);
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                tellCitation(json);
            }
        }
    }

    /** What it rests on is a document or a tool of the caller's, never a page. */
    private void tellCitation(JsonCursor json) {
        json.value(text);
        clear(complaint);
        JsonCursor citation = new JsonCursor().on(text.bytes(), text.from(), text.to());
        if (citation.tryObject()) {
            while (citation.nextField()) {
                if (citation.name(TOP).equals("text")) {
                    readString(citation, complaint);
                } else {
                    citation.skip();
                }
            }
            to.onCitation(0, Dialect.COHERE_CHAT, JsonText.EMPTY, JsonText.EMPTY, complaint, text);
        }
    }

    private void readEnd() {
        JsonCursor json = inner.on(whole.bytes(), whole.from(), whole.to());
        clear(complaint);
        if (!whole.isEmpty() && json.tryObject()) {
            while (json.nextField()) {
                switch (json.name(TOP)) {
                    case "finish_reason" -> reason = json.choice(REASONS);
                    case "usage" -> readUsage(json);
                    case "error" -> readString(json, complaint);
                    default -> json.skip();
                }
            }
        }
        stop();
        end();
    }

    private void stop() {
        if (reason.equals("ERROR") || reason.equals("TIMEOUT")) {
            String message = complaint.isEmpty() ? "the provider failed" : complaint.string();
            fail(new AnswerError(SERVER_ERROR, reason, message, null, null));
            return;
        }
        if (!reason.isEmpty()) {
            to.onStop(
                    0,
                    switch (reason) {
                        case "MAX_TOKENS" -> StopReason.LENGTH;
                        case "STOP_SEQUENCE" -> StopReason.STOP_SEQUENCE;
                        case "TOOL_CALL" -> StopReason.TOOL_CALLS;
                        default -> StopReason.END;
                    },
                    JsonText.EMPTY);
        }
        if (counted) {
            to.onUsage(counts);
        }
    }

    private void readUsage(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        long[] tokens = new long[3];
        boolean isBilled = false;
        while (json.nextField()) {
            String name = json.name(TOP);
            boolean isCount = name.equals("billed_units") || name.equals("tokens");
            if (isCount && !(isBilled && name.equals("tokens"))) {
                isBilled |= name.equals("billed_units");
                readCounts(json, tokens);
                counted = true;
            } else if (name.equals("tokens")) {
                readCounts(json, new long[3], tokens);
            } else {
                json.skip();
            }
        }
        if (counted) {
            counts.setInput(tokens[0]);
            counts.setOutput(tokens[1]);
            counts.setReasoning(Math.min(tokens[2], tokens[1]));
        }
    }

    private static void readCounts(JsonCursor json, long[] into, long[] reasoning) {
        readCounts(json, into);
        reasoning[2] = into[2];
    }

    private static void readCounts(JsonCursor json, long[] into) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "input_tokens" -> into[0] = json.integer();
                case "output_tokens" -> into[1] = json.integer();
                case "reasoning_tokens" -> into[2] = json.integer();
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
