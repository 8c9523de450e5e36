package io.sluice.provider.openai;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerIds;
import io.sluice.message.AnswerTerms;
import io.sluice.message.AnswerWriter;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TextRoom;
import io.sluice.message.TokenCounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an answer as one chat completion, at its end. */
public final class ChatBodyWriter implements AnswerWriter {

    private final AnswerTerms terms;
    private final TokenCounts counts = new TokenCounts();
    private final List<Choice> choices = new ArrayList<>();
    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private @Nullable JsonText id;
    private @Nullable JsonText model;
    private long created;

    public ChatBodyWriter(AnswerTerms terms) {
        this.terms = terms;
        created = terms.createdSeconds();
    }

    @Override
    public void to(ByteBuf buf) {
        out = buf;
    }

    @Override
    public void onStart(JsonText answerId, JsonText answering, long createdSeconds) {
        id = answerId.isEmpty() ? null : terms.memory().keep(answerId);
        model = answering.isEmpty() ? null : terms.memory().keep(answering);
        if (createdSeconds >= 0) {
            created = createdSeconds;
        }
        choice(0);
    }

    @Override
    public void onText(int choice, JsonText fragment) {
        choice(choice).text.append(fragment);
    }

    @Override
    public void onThought(int choice, JsonText fragment) {
        Choice one = choice(choice);
        one.thoughts.append(fragment);
        one.thought.append(fragment);
    }

    @Override
    public void onSignature(int choice, JsonText signature) {
        Choice one = choice(choice);
        flushSignature(one);
        if (one.thought.isEmpty()) {
            one.signature = terms.memory().keep(signature);
        } else {
            one.blocks.add(
                    new Thought(
                            terms.memory().keep(one.thought.text()),
                            terms.memory().keep(signature),
                            null));
            one.thought.clear();
        }
    }

    /** A signature that belonged to no call behind it. */
    private static void flushSignature(Choice one) {
        JsonText signature = one.signature;
        if (signature != null) {
            one.signature = null;
            one.blocks.add(new Thought(JsonText.EMPTY, signature, null));
        }
    }

    @Override
    public void onSealedThought(int choice, JsonText content) {
        choice(choice)
                .blocks
                .add(new Thought(JsonText.EMPTY, JsonText.EMPTY, terms.memory().keep(content)));
    }

    @Override
    public void onRefusal(int choice, JsonText fragment) {
        choice(choice).refusal.append(fragment);
    }

    @Override
    public void onCitation(
            int choice,
            Dialect dialect,
            JsonText url,
            JsonText title,
            JsonText cited,
            JsonText whole) {
        Choice one = choice(choice);
        int end = one.text.text().string().length();
        one.citations.add(
                new Citation(
                        terms.memory().keep(url),
                        terms.memory().keep(title),
                        terms.memory().keep(whole),
                        one.blockStart,
                        end));
    }

    @Override
    public void onToolCall(int choice, int index, JsonText callId, JsonText name) {
        Choice one = choice(choice);
        while (one.calls.size() <= index) {
            terms.memory().takeObject();
            one.calls.add(new Call(terms.memory()));
        }
        Call call = one.calls.get(index);
        call.id = terms.memory().keep(callId);
        call.name = terms.memory().keep(name);
        call.signature = one.signature;
        one.signature = null;
    }

    @Override
    public void onToolArguments(int choice, int index, JsonText fragment) {
        choice(choice).calls.get(index).arguments.append(fragment);
    }

    @Override
    public void onBlockEnd(int choice) {
        Choice one = choice(choice);
        one.thought.clear();
        one.blockStart = one.text.text().string().length();
    }

    @Override
    public void onLogprobs(int choice, JsonText value) {
        choice(choice).logprobs = terms.memory().keep(value);
    }

    @Override
    public void onForeign(int choice, Dialect dialect, JsonText whole) {
        Choice one = choice(choice);
        one.foreignDialect = dialect.wireName();
        one.foreign.add(terms.memory().keep(whole));
    }

    @Override
    public void onStop(int choice, StopReason reason, JsonText sequence) {
        choice(choice).reason = reason;
    }

    @Override
    public void onUsage(TokenCounts used) {
        counts.copyFrom(used);
    }

    @Override
    public void onError(AnswerError error) {
        ChatErrors.write(error, out);
    }

    @Override
    public void onEnd() {
        JsonWriter json = new JsonWriter(out);
        json.beginObject().name("id");
        json.string(id == null ? JsonText.of(AnswerIds.answer("chatcmpl-", terms)) : id);
        json.word("object", "chat.completion").number("created", created).name("model");
        json.string(model == null ? JsonText.of(terms.model()) : model);
        json.name("choices").beginArray();
        for (int i = 0; i < choices.size(); i++) {
            flushSignature(choices.get(i));
            write(i, choices.get(i), json);
        }
        json.endArray();
        if (counts.isKnown()) {
            json.name("usage");
            ChatUsage.write(counts, json);
        }
        json.endObject();
    }

    private void write(int index, Choice choice, JsonWriter json) {
        json.beginObject().number("index", index).name("message").beginObject();
        json.word("role", "assistant").name("content");
        if (choice.text.isEmpty() && (!choice.calls.isEmpty() || !choice.refusal.isEmpty())) {
            json.nul();
        } else {
            json.string(choice.text.text());
        }
        json.name("refusal");
        if (choice.refusal.isEmpty()) {
            json.nul();
        } else {
            json.string(choice.refusal.text());
        }
        writeThoughts(choice, json);
        writeCitations(choice, json);
        if (!choice.calls.isEmpty()) {
            json.name("tool_calls").beginArray();
            for (int i = 0; i < choice.calls.size(); i++) {
                writeCall(index, i, choice.calls.get(i), json);
            }
            json.endArray();
        }
        json.endObject().name("logprobs");
        if (choice.logprobs == null) {
            json.nul();
        } else {
            json.json(choice.logprobs);
        }
        json.word("finish_reason", ChatReasons.word(choice.reason)).endObject();
    }

    private static void writeThoughts(Choice choice, JsonWriter json) {
        if (!choice.thoughts.isEmpty()) {
            json.name("reasoning_content").string(choice.thoughts.text());
        }
        if (choice.blocks.isEmpty()) {
            return;
        }
        json.name("thinking_blocks").beginArray();
        for (Thought block : choice.blocks) {
            json.beginObject();
            JsonText sealed = block.sealed();
            if (sealed == null) {
                json.word("type", "thinking").name("thinking").string(block.text());
                json.name("signature").string(block.signature());
            } else {
                json.word("type", "redacted_thinking").name("data").string(sealed);
            }
            json.endObject();
        }
        json.endArray();
    }

    private static void writeCitations(Choice choice, JsonWriter json) {
        boolean hasPages = choice.citations.stream().anyMatch(one -> !one.url().isEmpty());
        boolean hasOthers = choice.citations.stream().anyMatch(one -> one.url().isEmpty());
        if (hasPages) {
            json.name("annotations").beginArray();
            for (Citation one : choice.citations) {
                if (!one.url().isEmpty()) {
                    ChatAnnotations.write(one.url(), one.title(), one.start(), one.end(), json);
                }
            }
            json.endArray();
        }
        if (!hasOthers && choice.foreign.isEmpty()) {
            return;
        }
        json.name("provider_specific_fields").beginObject();
        if (hasOthers) {
            json.name("citations").beginArray();
            for (Citation one : choice.citations) {
                if (one.url().isEmpty()) {
                    json.json(one.whole());
                }
            }
            json.endArray();
        }
        if (!choice.foreign.isEmpty()) {
            json.name(choice.foreignDialect).beginArray();
            choice.foreign.forEach(json::json);
            json.endArray();
        }
        json.endObject();
    }

    private void writeCall(int choice, int index, Call call, JsonWriter json) {
        json.beginObject().name("id");
        if (call.id.isEmpty()) {
            json.string(AnswerIds.toolCall("call_", terms, choice, index));
        } else {
            json.string(call.id);
        }
        json.word("type", "function").name("function").beginObject();
        json.name("name").string(call.name);
        json.name("arguments");
        if (call.arguments.isEmpty()) {
            json.word("{}");
        } else {
            json.string(call.arguments.text());
        }
        json.endObject();
        JsonText signature = call.signature;
        if (signature != null) {
            ChatAnnotations.writeSignature(signature, json);
        }
        json.endObject();
    }

    private Choice choice(int index) {
        while (choices.size() <= index) {
            choices.add(new Choice(terms.memory()));
        }
        return choices.get(index);
    }

    private record Thought(JsonText text, JsonText signature, @Nullable JsonText sealed) {}

    private record Citation(JsonText url, JsonText title, JsonText whole, int start, int end) {}

    private static final class Call {

        private final TextRoom arguments;
        private JsonText id = JsonText.EMPTY;
        private JsonText name = JsonText.EMPTY;
        private @Nullable JsonText signature;

        Call(CallMemory memory) {
            arguments = new TextRoom(memory);
        }
    }

    private static final class Choice {

        private final TextRoom text;
        private final TextRoom thoughts;
        private final TextRoom thought;
        private final TextRoom refusal;
        private final List<Thought> blocks = new ArrayList<>();
        private final List<Citation> citations = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();
        private final List<JsonText> foreign = new ArrayList<>();
        private String foreignDialect = "";
        private int blockStart;
        private @Nullable JsonText logprobs;
        private @Nullable JsonText signature;
        private StopReason reason = StopReason.END;

        Choice(CallMemory memory) {
            text = new TextRoom(memory);
            thoughts = new TextRoom(memory);
            thought = new TextRoom(memory);
            refusal = new TextRoom(memory);
        }
    }
}
