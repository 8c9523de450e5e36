package io.sluice.translate;

import io.sluice.json.JsonText;
import io.sluice.message.ChatRequest;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Part;
import io.sluice.message.Reasoning;
import io.sluice.message.Tool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code modify_params} does: puts right what Anthropic's models refuse and others take, as
 * users of LiteLLM know it.
 */
final class Repairs {

    /*
     * The words are LiteLLM's own: a conversation that does not begin with its user gets "Please
     * continue." before it, one with calls of tools that nobody describes gets a dummy, and where
     * the last call of a tool was made without a thought nothing is thought.
     */

    private static final JsonText CONTINUE = JsonText.of("Please continue.");
    private static final Tool DUMMY =
            new Tool.Function(
                    JsonText.of("dummy_tool"),
                    JsonText.of("This is a dummy tool call"),
                    JsonText.json("{\"type\":\"object\",\"properties\":{}}"),
                    null,
                    null);

    private Repairs() {}

    /** The request as a provider of {@code dialect} takes it. */
    static ChatRequest of(ChatRequest request, Dialect dialect) {
        if (dialect.isOpenAi() || dialect == Dialect.GEMINI) {
            return request;
        }
        boolean lacksTools = request.tools().isEmpty() && usesTools(request);
        return new ChatRequest(
                request.stream(),
                request.includeUsage(),
                begunByUser(request.messages()),
                lacksTools ? List.of(DUMMY) : request.tools(),
                request.toolChoice(),
                request.parallelToolCalls(),
                request.format(),
                isThoughtless(request) ? null : request.reasoning(),
                request.maxOutputTokens(),
                request.stop(),
                request.settings(),
                request.extras());
    }

    private static boolean usesTools(ChatRequest request) {
        return request.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(part -> part instanceof Part.ToolUse || part instanceof Part.ToolResult);
    }

    private static List<Message> begunByUser(List<Message> messages) {
        int first = 0;
        while (first < messages.size() && messages.get(first).role().isInstruction()) {
            first++;
        }
        if (first < messages.size() && messages.get(first).role() != Message.Role.ASSISTANT) {
            return messages;
        }
        List<Message> begun = new ArrayList<>(messages);
        begun.add(
                first,
                new Message(Message.Role.USER, List.of(new Part.Text(CONTINUE, null, null)), null));
        return begun;
    }

    /** Whether thoughts are wanted, and the call whose results are told was made without one. */
    private static boolean isThoughtless(ChatRequest request) {
        Reasoning reasoning = request.reasoning();
        Message last = lastCall(request.messages());
        return reasoning != null
                && !reasoning.isOff()
                && last != null
                && last.parts().stream()
                        .noneMatch(part ->
                                part instanceof Part.Thought || part instanceof Part.SealedThought);
    }

    private static @Nullable Message lastCall(List<Message> messages) {
        for (Message message : messages.reversed()) {
            if (message.role() == Message.Role.ASSISTANT) {
                boolean calls =
                        message.parts().stream().anyMatch(part -> part instanceof Part.ToolUse);
                return calls ? message : null;
            }
        }
        return null;
    }
}
