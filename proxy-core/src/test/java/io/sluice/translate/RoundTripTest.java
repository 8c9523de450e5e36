package io.sluice.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.json.JsonText;
import io.sluice.message.ChatRequest;
import io.sluice.message.Dialect;
import io.sluice.message.Message;
import io.sluice.message.Message.Role;
import io.sluice.message.Omissions;
import io.sluice.message.Part;
import io.sluice.message.SendTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a dialect can carry comes back from it as it went in. */
class RoundTripTest {

    private static final int ROUNDS = 400;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BEDROCK_CONVERSE", "COHERE_CHAT", "OLLAMA_CHAT"})
    void losesNothing(Dialect dialect) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            ChatRequest request = new RandomRequest(new Random(seed), dialect).next();

            ChatRequest back = throughBytes(request, dialect);

            String as = dialect.wireName() + " with seed " + seed;
            assertThat(turns(back)).as(as).isEqualTo(turns(request));
            assertThat(back.tools()).as(as).isEqualTo(request.tools());
            assertThat(back.toolChoice()).as(as).isEqualTo(request.toolChoice());
            assertThat(back.format()).as(as).isEqualTo(request.format());
            assertThat(back.reasoning()).as(as).isEqualTo(request.reasoning());
            assertThat(back.stop()).as(as).isEqualTo(request.stop());
            assertThat(back.settings()).as(as).isEqualTo(request.settings());
            assertThat(back.maxOutputTokens()).as(as).isEqualTo(request.maxOutputTokens());
            assertThat(back.stream()).as(as).isEqualTo(request.stream());
        }
    }

    private static ChatRequest throughBytes(ChatRequest request, Dialect dialect) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            Omissions omissions = new Omissions(false, Set.of());
            SendTerms terms = SendTerms.of("m", request.stream());
            Codec codec = Codec.of(dialect);
            codec.writer().write(request, terms, omissions, out);
            assertThat(omissions.dropped()).isEmpty();
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return codec.reader().read(bytes, 0, bytes.length, request.stream(), omissions);
        } finally {
            out.release();
        }
    }

    /** The parts of each turn; dialects differ in how they cut a turn into messages. */
    private static List<List<Object>> turns(ChatRequest request) {
        List<List<Object>> turns = new ArrayList<>();
        Role speaker = null;
        for (Message message : request.messages()) {
            Role role = message.role() == Role.TOOL ? Role.USER : message.role();
            if (role != speaker) {
                turns.add(new ArrayList<>());
                speaker = role;
            }
            for (Part part : message.parts()) {
                turns.getLast().add(comparable(part));
            }
        }
        return turns;
    }

    /** Arguments are JSON, or a string of it. */
    private static Object comparable(Part part) {
        return switch (part) {
            case Part.ToolUse call ->
                    List.of(call.id(), call.name(), Translated.tree(call.arguments().string()));
            case Part.ToolResult result -> List.of(result.id(), text(result.content().getFirst()));
            default -> part;
        };
    }

    private static String text(Part part) {
        return part instanceof Part.Text(JsonText text, _, _) ? text.string() : part.toString();
    }
}
