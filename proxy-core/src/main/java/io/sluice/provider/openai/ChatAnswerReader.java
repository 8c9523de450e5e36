package io.sluice.provider.openai;

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
import java.util.ArrayList;
import java.util.List;

/** Reads chat completions, plain or streamed, and what those who speak OpenAI's dialect add. */
public final class ChatAnswerReader extends AnswerParser {

    /*
     * Fields may stand in any order, so a choice is walked through twice: once for where things
     * are, then in the order in which a model makes them: thoughts, text, tool calls.
     */

    private static final JsonNames TOP =
            JsonNames.of("id", "model", "created", "choices", "usage", "error", "x_groq");
    private static final JsonNames CHOICE =
            JsonNames.of("index", "delta", "message", "finish_reason", "logprobs");
    private static final JsonNames MESSAGE =
            JsonNames.of(
                    "content",
                    "reasoning_content",
                    "reasoning",
                    "reasoning_details",
                    "thinking_blocks",
                    "refusal",
                    "tool_calls",
                    "function_call",
                    "annotations");
    private static final JsonNames CALL =
            JsonNames.of(
                    "index",
                    "id",
                    "function",
                    "name",
                    "arguments",
                    "extra_content",
                    "google",
                    "thought_signature");
    private static final JsonNames PART =
            JsonNames.of(
                    "type",
                    "text",
                    "thinking",
                    "signature",
                    "data",
                    "refusal",
                    "redacted_thinking",
                    "reasoning.text",
                    "reasoning.encrypted",
                    "url_citation",
                    "url",
                    "title");
    private static final JsonNames REASONS =
            JsonNames.of(
                    "stop",
                    "length",
                    "max_tokens",
                    "tool_calls",
                    "tool_use",
                    "function_call",
                    "content_filter",
                    "stop_sequence");

    private final TokenCounts counts = new TokenCounts();
    private final List<ToolSlots> tools = new ArrayList<>();

    private final JsonCursor choiceJson = new JsonCursor();
    private final JsonCursor messageJson = new JsonCursor();
    private final JsonCursor partJson = new JsonCursor();
    private final JsonText id = new JsonText();
    private final JsonText model = new JsonText();
    private final JsonText message = new JsonText();
    private final JsonText reason = new JsonText();
    private final JsonText logprobs = new JsonText();
    private final JsonText content = new JsonText();
    private final JsonText thought = new JsonText();
    private final JsonText details = new JsonText();
    private final JsonText refusal = new JsonText();
    private final JsonText calls = new JsonText();
    private final JsonText legacyCall = new JsonText();
    private final JsonText annotations = new JsonText();
    private final JsonText callId = new JsonText();
    private final JsonText callName = new JsonText();
    private final JsonText arguments = new JsonText();
    private final JsonText signature = new JsonText();
    private final JsonText value = new JsonText();
    private final JsonText scratch = new JsonText();
    private final JsonText url = new JsonText();
    private final JsonText title = new JsonText();

    private int choice;
    private int callIndex;
    private boolean plain;

    private ChatAnswerReader(AnswerListener to) {
        super(to);
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new ChatAnswerReader(to), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        readDocument(json);
    }

    @Override
    public void readBody(JsonCursor json) {
        plain = true;
        readDocument(json);
        end();
    }

    private void readDocument(JsonCursor json) {
        long created = -1;
        boolean hasChoices = false;
        clear(id);
        clear(model);
        clear(value);
        boolean hasUsage = false;
        json.beginObject();
        while (json.nextField() && !isEnded()) {
            switch (json.name(TOP)) {
                case "id" -> readString(json, id);
                case "model" -> readString(json, model);
                case "created" -> created = json.integer();
                case "choices" -> {
                    json.value(value);
                    hasChoices = true;
                }
                case "usage" -> hasUsage |= ChatUsage.read(json, counts);
                case "x_groq" -> hasUsage |= readGroq(json);
                case "error" -> {
                    if (!json.skipNull()) {
                        fail(ChatErrors.readObject(json, 0));
                    }
                }
                default -> json.skip();
            }
        }
        if (isEnded()) {
            skipRest(json);
            return;
        }
        start(id, model, created);
        if (hasChoices) {
            readChoices();
        }
        if (hasUsage) {
            to().onUsage(counts);
        }
    }

    /** What follows an error does not matter, but is to be well-formed. */
    private static void skipRest(JsonCursor json) {
        while (json.nextField()) {
            json.skip();
        }
    }

    @Override
    protected void start() {
        start(JsonText.EMPTY, JsonText.EMPTY, -1);
    }

    private boolean readGroq(JsonCursor json) {
        boolean hasUsage = false;
        if (json.tryObject()) {
            while (json.nextField()) {
                if (json.name(TOP).equals("usage")) {
                    hasUsage = ChatUsage.read(json, counts);
                } else {
                    json.skip();
                }
            }
        }
        return hasUsage;
    }

    private void readChoices() {
        choiceJson.on(value.bytes(), value.from(), value.to());
        if (!choiceJson.tryArray()) {
            return;
        }
        while (choiceJson.nextElement()) {
            if (choiceJson.tryObject()) {
                readChoice(choiceJson);
            }
        }
    }

    private void readChoice(JsonCursor json) {
        choice = 0;
        clear(message);
        clear(reason);
        clear(logprobs);
        while (json.nextField()) {
            switch (json.name(CHOICE)) {
                case "index" -> choice = Math.clamp(json.integer(), 0, 127);
                case "delta" -> readMessage(json, plain);
                case "message" -> readMessage(json, !plain);
                case "finish_reason" -> readString(json, reason);
                case "logprobs" -> {
                    if (!json.skipNull()) {
                        json.value(logprobs);
                    }
                }
                default -> json.skip();
            }
        }
        while (tools.size() <= choice) {
            tools.add(new ToolSlots());
        }
        if (!message.isEmpty()) {
            readMessage();
        }
        if (!logprobs.isEmpty()) {
            to().onLogprobs(choice, logprobs);
        }
        if (!reason.isEmpty()) {
            to().onStop(choice, reason(reason), JsonText.EMPTY);
        }
    }

    /**
     * Some send both; what does not belong to this form of answer counts only for want of other.
     */
    private void readMessage(JsonCursor json, boolean isOther) {
        if (isOther && !message.isEmpty()) {
            json.skip();
        } else {
            json.value(message);
        }
    }

    private static StopReason reason(JsonText word) {
        return switch (REASONS.find(word.bytes(), word.from(), word.to())) {
            case "length", "max_tokens" -> StopReason.LENGTH;
            case "tool_calls", "tool_use", "function_call" -> StopReason.TOOL_CALLS;
            case "content_filter" -> StopReason.CONTENT_FILTER;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            default -> StopReason.END;
        };
    }

    private void readMessage() {
        clear(content);
        clear(thought);
        clear(details);
        clear(refusal);
        clear(calls);
        clear(legacyCall);
        clear(annotations);
        JsonCursor json = messageJson.on(message.bytes(), message.from(), message.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(MESSAGE)) {
                case "content" -> json.value(content);
                case "reasoning_content", "reasoning" -> {
                    if (json.is(JsonType.STRING)) {
                        JsonText text = json.string(scratch);
                        if (!text.isEmpty()) {
                            thought.set(text.bytes(), text.from(), text.to(), text.form());
                        }
                    } else {
                        json.skip();
                    }
                }
                case "reasoning_details", "thinking_blocks" -> json.value(details);
                case "refusal" -> readString(json, refusal);
                case "tool_calls" -> json.value(calls);
                case "function_call" -> json.value(legacyCall);
                case "annotations" -> json.value(annotations);
                default -> json.skip();
            }
        }
        tell();
    }

    private void tell() {
        if (!thought.isEmpty()) {
            to().onThought(choice, thought);
        }
        if (!details.isEmpty()) {
            tellDetails();
        }
        if (!content.isEmpty()) {
            tellContent();
        }
        if (!refusal.isEmpty()) {
            to().onRefusal(choice, refusal);
        }
        if (!annotations.isEmpty()) {
            tellAnnotations();
        }
        if (!calls.isEmpty()) {
            tellCalls();
        }
        if (!legacyCall.isEmpty()) {
            messageJson.on(legacyCall.bytes(), legacyCall.from(), legacyCall.to());
            if (messageJson.tryObject()) {
                clear(callId);
                clear(callName);
                clear(arguments);
                clear(signature);
                callIndex = 0;
                readFunction(messageJson);
                tellCall();
            }
        }
    }

    private void tellContent() {
        JsonCursor json = messageJson.on(content.bytes(), content.from(), content.to());
        if (json.is(JsonType.STRING)) {
            json.string(scratch);
            if (!scratch.isEmpty()) {
                to().onText(choice, scratch);
            }
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                tellPart(json);
            }
        }
    }

    private void tellPart(JsonCursor json) {
        clear(thought);
        clear(arguments);
        clear(refusal);
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(PART)) {
                case "text" -> readString(json, arguments);
                case "refusal" -> readString(json, refusal);
                case "thinking" -> json.value(thought);
                default -> json.skip();
            }
        }
        if (!thought.isEmpty()) {
            tellThinking();
        }
        if (!arguments.isEmpty()) {
            to().onText(choice, arguments);
        }
        if (!refusal.isEmpty()) {
            to().onRefusal(choice, refusal);
        }
    }

    /** Mistral's thoughts: a list of texts. */
    private void tellThinking() {
        JsonCursor json = partJson.on(thought.bytes(), thought.from(), thought.to());
        if (json.is(JsonType.STRING)) {
            to().onThought(choice, json.string(scratch));
        } else if (json.tryArray()) {
            while (json.nextElement()) {
                if (json.tryObject()) {
                    while (json.nextField()) {
                        if (json.name(PART).equals("text") && json.is(JsonType.STRING)) {
                            to().onThought(choice, json.string(scratch));
                        } else {
                            json.skip();
                        }
                    }
                }
            }
        }
    }

    /** Signatures and sealed thoughts; their text has come as text already. */
    private void tellDetails() {
        boolean hasText = !thought.isEmpty();
        JsonCursor json = messageJson.on(details.bytes(), details.from(), details.to());
        if (!json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            if (!json.tryObject()) {
                continue;
            }
            clear(signature);
            clear(arguments);
            clear(value);
            while (json.nextField()) {
                switch (json.name(PART)) {
                    case "signature" -> readString(json, signature);
                    case "data" -> readString(json, arguments);
                    case "text", "thinking" -> readString(json, value);
                    default -> json.skip();
                }
            }
            if (!hasText && !value.isEmpty()) {
                to().onThought(choice, value);
            }
            if (!signature.isEmpty()) {
                to().onSignature(choice, signature);
                to().onBlockEnd(choice);
            }
            if (!arguments.isEmpty()) {
                to().onSealedThought(choice, arguments);
            }
        }
    }

    private void tellAnnotations() {
        JsonCursor json = messageJson.on(annotations.bytes(), annotations.from(), annotations.to());
        if (!json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            json.value(value);
            clear(url);
            clear(title);
            readAnnotation(partJson.on(value.bytes(), value.from(), value.to()));
            to().onCitation(choice, Dialect.OPENAI_CHAT, url, title, JsonText.EMPTY, value);
        }
    }

    private void readAnnotation(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(PART)) {
                case "url_citation" -> readAnnotation(json);
                case "url" -> readString(json, url);
                case "title" -> readString(json, title);
                default -> json.skip();
            }
        }
    }

    private void tellCalls() {
        JsonCursor json = messageJson.on(calls.bytes(), calls.from(), calls.to());
        if (!json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            if (!json.tryObject()) {
                continue;
            }
            clear(callId);
            clear(callName);
            clear(arguments);
            clear(signature);
            callIndex = -1;
            readCall(json);
            tellCall();
        }
    }

    private void readCall(JsonCursor json) {
        while (json.nextField()) {
            switch (json.name(CALL)) {
                case "index" -> callIndex = Math.clamp(json.integer(), 0, 1 << 20);
                case "id" -> readString(json, callId);
                case "function" -> {
                    if (json.tryObject()) {
                        readFunction(json);
                    }
                }
                case "extra_content" -> readExtra(json);
                default -> json.skip();
            }
        }
    }

    private void readFunction(JsonCursor json) {
        while (json.nextField()) {
            switch (json.name(CALL)) {
                case "name" -> readString(json, callName);
                case "arguments" -> {
                    if (json.is(JsonType.STRING)) {
                        json.string(arguments);
                    } else if (!json.skipNull()) {
                        json.value(arguments);
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void readExtra(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(CALL)) {
                case "google" -> readExtra(json);
                case "thought_signature" -> readString(json, signature);
                default -> json.skip();
            }
        }
    }

    private void tellCall() {
        ToolSlots slots = tools.get(choice);
        int slot = slots.of(callIndex, callId, callName);
        if (slot < 0) {
            return;
        }
        if (slots.isNew()) {
            if (!signature.isEmpty()) {
                to().onSignature(choice, signature);
                to().onBlockEnd(choice);
            }
            to().onToolCall(choice, slot, callId, callName);
        }
        if (!arguments.isEmpty()) {
            to().onToolArguments(choice, slot, arguments);
        }
    }
}
