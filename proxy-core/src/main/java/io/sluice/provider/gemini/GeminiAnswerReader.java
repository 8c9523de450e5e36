package io.sluice.provider.gemini;

import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.AnswerFeed;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerParser;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;
import java.util.Arrays;

/** Reads answers of {@code generateContent}, plain or streamed. */
public final class GeminiAnswerReader extends AnswerParser {

    /*
     * Each event has the form of a whole answer. Arguments come whole; a signature stands on the
     * part that it belongs to, and is told before a call and behind a text.
     */

    private static final JsonNames TOP =
            JsonNames.of(
                    "candidates",
                    "usageMetadata",
                    "modelVersion",
                    "responseId",
                    "promptFeedback",
                    "blockReason",
                    "error");
    private static final JsonNames CANDIDATE =
            JsonNames.of(
                    "content",
                    "parts",
                    "finishReason",
                    "index",
                    "groundingMetadata",
                    "groundingChunks",
                    "citationMetadata",
                    "citationSources",
                    "citations",
                    "web",
                    "uri",
                    "title");
    private static final JsonNames PART =
            JsonNames.of(
                    "text",
                    "thought",
                    "thoughtSignature",
                    "functionCall",
                    "id",
                    "name",
                    "args",
                    "inlineData",
                    "executableCode",
                    "codeExecutionResult");
    private static final JsonNames REASONS =
            JsonNames.of(
                    "STOP",
                    "MAX_TOKENS",
                    "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION");

    private final TokenCounts counts = new TokenCounts();
    private final GeminiUsage usage = new GeminiUsage();
    private final JsonCursor candidateJson = new JsonCursor();
    private final JsonCursor partsJson = new JsonCursor();
    private final JsonCursor inner = new JsonCursor();
    private final JsonText id = new JsonText();
    private final JsonText model = new JsonText();
    private final JsonText candidates = new JsonText();
    private final JsonText content = new JsonText();
    private final JsonText reason = new JsonText();
    private final JsonText grounding = new JsonText();
    private final JsonText citations = new JsonText();
    private final JsonText part = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText signature = new JsonText();
    private final JsonText call = new JsonText();
    private final JsonText callId = new JsonText();
    private final JsonText callName = new JsonText();
    private final JsonText arguments = new JsonText();
    private final JsonText url = new JsonText();
    private final JsonText title = new JsonText();
    private final JsonText scratch = new JsonText();

    /** How many calls each choice has made. */
    private int[] calls = new int[1];

    private int choice;
    private boolean grounded;
    private boolean isThought;
    private boolean isForeign;
    private boolean blocked;

    private GeminiAnswerReader(AnswerListener to) {
        super(to);
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new GeminiAnswerReader(to), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        readAnswer(json);
    }

    @Override
    public void readBody(JsonCursor json) {
        if (json.is(JsonType.ARRAY)) {
            json.beginArray();
            while (json.nextElement()) {
                readAnswer(json);
            }
        } else {
            readAnswer(json);
        }
        end();
    }

    private void readAnswer(JsonCursor json) {
        boolean hasUsage = false;
        clear(candidates);
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "candidates" -> json.value(candidates);
                case "usageMetadata" -> hasUsage = usage.read(json, counts);
                case "modelVersion" -> readString(json, model);
                case "responseId" -> readString(json, id);
                case "promptFeedback" -> readFeedback(json);
                case "error" -> {
                    if (json.is(JsonType.OBJECT)) {
                        fail(GeminiErrors.readObject(json, 0));
                    } else {
                        json.skip();
                    }
                }
                default -> json.skip();
            }
        }
        if (isEnded()) {
            return;
        }
        start();
        if (!candidates.isEmpty()) {
            readCandidates();
        } else if (blocked) {
            to().onStop(0, StopReason.CONTENT_FILTER, JsonText.EMPTY);
        }
        if (hasUsage) {
            to().onUsage(counts);
        }
    }

    @Override
    protected void start() {
        start(id, model, -1);
    }

    private void readFeedback(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            if (json.name(TOP).equals("blockReason") && !json.is(JsonType.NULL)) {
                blocked = true;
            }
            json.skip();
        }
    }

    private void readCandidates() {
        candidateJson.on(candidates.bytes(), candidates.from(), candidates.to());
        if (!candidateJson.tryArray()) {
            return;
        }
        while (candidateJson.nextElement()) {
            if (candidateJson.tryObject()) {
                readCandidate(candidateJson);
            }
        }
    }

    private void readCandidate(JsonCursor json) {
        choice = 0;
        clear(content);
        clear(reason);
        clear(grounding);
        clear(citations);
        while (json.nextField()) {
            switch (json.name(CANDIDATE)) {
                case "index" -> choice = Math.clamp(json.integer(), 0, 127);
                case "content" -> json.value(content);
                case "finishReason" -> readString(json, reason);
                case "groundingMetadata" -> json.value(grounding);
                case "citationMetadata" -> json.value(citations);
                default -> json.skip();
            }
        }
        if (choice >= calls.length) {
            calls = Arrays.copyOf(calls, choice + 1);
        }
        if (!content.isEmpty()) {
            readContent();
        }
        tellSources(grounding);
        tellSources(citations);
        if (!reason.isEmpty()) {
            to().onBlockEnd(choice);
            to().onStop(choice, reason(), JsonText.EMPTY);
        }
    }

    private StopReason reason() {
        return switch (REASONS.find(reason.bytes(), reason.from(), reason.to())) {
            case "MAX_TOKENS" -> StopReason.LENGTH;
            case "STOP", "" -> calls[choice] > 0 ? StopReason.TOOL_CALLS : StopReason.END;
            default -> StopReason.CONTENT_FILTER;
        };
    }

    private void readContent() {
        JsonCursor json = partsJson.on(content.bytes(), content.from(), content.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            if (json.name(CANDIDATE).equals("parts")) {
                if (json.tryArray()) {
                    while (json.nextElement()) {
                        readPart(inner, json.value(part));
                        tellPart();
                    }
                }
            } else {
                json.skip();
            }
        }
    }

    private void readPart(JsonCursor json, JsonText whole) {
        clear(text);
        clear(signature);
        clear(call);
        isThought = false;
        isForeign = false;
        json.on(whole.bytes(), whole.from(), whole.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(PART)) {
                case "text" -> readString(json, text);
                case "thought" -> isThought = json.bool();
                case "thoughtSignature" -> readString(json, signature);
                case "functionCall" -> json.value(call);
                case "inlineData", "executableCode", "codeExecutionResult" -> {
                    json.skip();
                    isForeign = true;
                }
                default -> json.skip();
            }
        }
    }

    private void tellPart() {
        if (!call.isEmpty()) {
            tellSignature();
            tellCall();
            return;
        }
        if (isForeign) {
            to().onForeign(choice, Dialect.GEMINI, part);
            return;
        }
        if (!text.isEmpty()) {
            if (isThought) {
                to().onThought(choice, text);
            } else {
                to().onText(choice, text);
            }
        }
        tellSignature();
    }

    private void tellSignature() {
        if (!signature.isEmpty()) {
            to().onSignature(choice, signature);
            to().onBlockEnd(choice);
        }
    }

    private void tellCall() {
        clear(callId);
        clear(callName);
        clear(arguments);
        inner.on(call.bytes(), call.from(), call.to());
        if (!inner.tryObject()) {
            return;
        }
        while (inner.nextField()) {
            switch (inner.name(PART)) {
                case "id" -> readString(inner, callId);
                case "name" -> readString(inner, callName);
                case "args" -> {
                    if (!inner.skipNull()) {
                        inner.value(arguments);
                    }
                }
                default -> inner.skip();
            }
        }
        int index = calls[choice]++;
        to().onToolCall(choice, index, callId, callName);
        if (!arguments.isEmpty()) {
            to().onToolArguments(choice, index, arguments);
        }
        to().onBlockEnd(choice);
    }

    /** The pages that an answer rests on: each once, since later events repeat them. */
    private void tellSources(JsonText from) {
        if (from.isEmpty() || grounded) {
            return;
        }
        JsonCursor json = partsJson.on(from.bytes(), from.from(), from.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(CANDIDATE)) {
                case "groundingChunks", "citationSources", "citations" -> {
                    if (json.tryArray()) {
                        while (json.nextElement()) {
                            tellSource(json.value(scratch));
                        }
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void tellSource(JsonText source) {
        clear(url);
        clear(title);
        readSource(inner.on(source.bytes(), source.from(), source.to()));
        if (!url.isEmpty()) {
            grounded = true;
            to().onCitation(choice, Dialect.GEMINI, url, title, JsonText.EMPTY, source);
        }
    }

    private void readSource(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(CANDIDATE)) {
                case "web" -> readSource(json);
                case "uri" -> readString(json, url);
                case "title" -> readString(json, title);
                default -> json.skip();
            }
        }
    }
}
