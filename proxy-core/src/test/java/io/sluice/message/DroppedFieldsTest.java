package io.sluice.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DroppedFieldsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"m\":2,\"b\":3} | {\"m\":2}",
                "{\"m\":2,\"a\":1,\"b\":3} | {\"m\":2}",
                "{\"m\":2,\"a\":[1,{\"b\":2}],\"n\":3} | {\"m\":2,\"n\":3}",
                "{ \"m\" : 2 , \"b\" : { \"a\" : \"}\" } } | { \"m\" : 2  }",
                "{\"b\":1} | {}",
                "{\"a\":1,\"b\":2} | {}",
                "{\"m\":\"a\",\"\\u0061\":1} | {\"m\":\"a\"}",
                "{\"m\":{\"a\":1}} | {\"m\":{\"a\":1}}"
            })
    void takesFieldsOut_andLeavesEveryOtherByte(String body, String left) {
        assertThat(without(body)).isEqualTo(left);
    }

    @Test
    void namesWhatWasThere() {
        ByteBuf body = Unpooled.copiedBuffer("{\"b\":1}", UTF_8);

        assertThat(DroppedFields.of(body, Set.of("a", "b")).names()).containsExactly("b");
        assertThat(DroppedFields.of(body, Set.of("c"))).isSameAs(DroppedFields.NONE);
    }

    @Test
    void refusesAField_thatStandsThereTwice() {
        assertThatThrownBy(() -> without("{\"a\":1,\"a\":2}"))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_FIELD));
    }

    private static String without(String text) {
        ByteBuf body = Unpooled.copiedBuffer("  " + text, UTF_8);
        body.skipBytes(2);
        BodyEdits edits = new BodyEdits();
        DroppedFields.of(body, Set.of("a", "b")).removeIn(edits);
        ByteBuf out = Unpooled.buffer();
        edits.writeTo(out, body);
        return out.toString(UTF_8);
    }
}
