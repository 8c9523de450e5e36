package io.sluice.bench.canned;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCheckTest {

    private static final long ID = 0x0123_4567_89ab_cdefL;
    private static final CannedSpec STREAM = CannedSpec.stream(3, 0, 0);
    private static final CannedSpec PLAIN = CannedSpec.plain(400);

    private final List<Integer> ended = new ArrayList<>();
    private final AnswerCheck check =
            new AnswerCheck(CannedAnswer.of(PLAIN, false), (number, _) -> ended.add(number));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 10_000})
    void acceptsWhatTheProviderSays_howeverItIsSplit(int piece) {
        byte[] said = said(STREAM);

        begin(STREAM);
        for (int i = 0; i < said.length; i += piece) {
            assertThat(check.state()).isEqualTo(AnswerCheck.State.PARTIAL);
            check.read(said, i, Math.min(said.length, i + piece));
        }

        assertThat(check.state()).isEqualTo(AnswerCheck.State.COMPLETE);
        assertThat(ended).containsExactly(0, 1, 2, 3, 4, 5);
    }

    static List<CannedSpec> specs() {
        return List.of(STREAM, PLAIN);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void noticesAFlippedByteAnywhere(CannedSpec spec) {
        byte[] said = said(spec);
        for (int i = 0; i < said.length; i++) {
            byte right = said[i];
            said[i] = (byte) (right ^ 0x40);
            begin(spec);

            check.read(said, 0, said.length);

            assertThat(check.state()).as("byte " + i).isEqualTo(AnswerCheck.State.WRONG);
            assertThat(check.offset()).isEqualTo(i);
            said[i] = right;
        }
    }

    @Test
    void noticesTheAnswerOfAnotherCall() {
        check.begin(CannedAnswer.of(STREAM, true), ID + 1);

        check.read(said(STREAM), 0, said(STREAM).length);

        assertThat(check.state()).isEqualTo(AnswerCheck.State.WRONG);
    }

    @Test
    void noticesWhatIsMissingOrTooMuch() {
        byte[] said = said(STREAM);
        begin(STREAM);
        check.read(said, 0, said.length - 1);
        assertThat(check.state()).isEqualTo(AnswerCheck.State.PARTIAL);

        check.read(said, said.length - 1, said.length);
        check.read(said, 0, 1);
        assertThat(check.state()).isEqualTo(AnswerCheck.State.WRONG);
    }

    @Test
    void carriesASpecThroughItsToken() {
        CannedSpec spec = new CannedSpec(true, 7, 222, 0, 1500, 250_000);
        byte[] prompt = ("{\"content\":\"" + spec.token() + " and more\"}").getBytes(US_ASCII);

        int token = CannedSpec.find(prompt, 0, prompt.length);
        int id = CannedSpec.idAt(prompt, token, prompt.length);

        assertThat(CannedSpec.parse(new String(prompt, token, id - 2 - token, US_ASCII)))
                .isEqualTo(spec);
        assertThat(new String(prompt, id, CannedSpec.ID_BYTES, US_ASCII)).isEqualTo("0".repeat(16));
    }

    @Test
    void makesEventsOfTheSizeThatWasAskedFor() {
        CannedAnswer answer = CannedAnswer.of(CannedSpec.stream(5, 184, 0), true);

        for (int i = 0; i < 5; i++) {
            assertThat(answer.end(i) - answer.start(i)).isEqualTo(184);
        }
        assertThat(CannedAnswer.of(CannedSpec.plain(2048), false).length()).isEqualTo(2048);
    }

    private void begin(CannedSpec spec) {
        ended.clear();
        check.begin(CannedAnswer.of(spec, true), ID);
    }

    /** The payload as the provider's own writer makes it. */
    private static byte[] said(CannedSpec spec) {
        byte[] id = new byte[CannedSpec.ID_BYTES];
        CannedAnswer.putHex(id, 0, ID);
        String token = spec.token();
        byte[] key = token.substring(0, token.indexOf("i=")).getBytes(US_ASCII);
        LeanScript script = LeanScript.find(key, 0, key.length, true, false);
        assertThat(script).isNotNull();
        CannedAnswer answer = CannedAnswer.of(spec, true);
        byte[] payload = new byte[answer.length()];
        for (int i = 0; i < script.events(); i++) {
            ByteBuf out = Unpooled.buffer();
            script.write(out, i, id, new byte[CannedSpec.ID_BYTES]);
            String wire = out.toString(US_ASCII);
            int length = answer.end(i) - answer.start(i);
            int from = wire.indexOf(spec.stream() ? "data: " : "{\"id\"");
            System.arraycopy(wire.getBytes(US_ASCII), from, payload, answer.start(i), length);
        }
        return payload;
    }
}
