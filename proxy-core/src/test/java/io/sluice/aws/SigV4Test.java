package io.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.config.Secret;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The vectors that Amazon publishes, and what goes beyond them.
 *
 * @see <a
 *     href="https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4">the
 *     signing test suite</a>
 */
class SigV4Test {

    private static final String EMPTY =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String TOKEN =
            "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    private static final Secret SECRET = Secret.of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static final AwsCredentials KEYS = new AwsCredentials("AKIDEXAMPLE", SECRET, null);
    private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");
    private static final SigV4 SIGNATURE = new SigV4("us-east-1", "service");

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "POST | / | 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
                "GET | /?Param2=value2&Param1=value1 |"
                        + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
                "GET | /ሴ | 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
                "GET | /example space/ |"
                        + " 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
                "GET | /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz |"
                        + " 07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
                "GET | /?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        + "=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz |"
                        + " 9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"
            })
    void signsAsAmazonDoes(String method, String target, String signature) {
        assertThat(
                        SIGNATURE.headerLines(
                                KEYS,
                                method,
                                "example.amazonaws.com",
                                target,
                                Unpooled.EMPTY_BUFFER,
                                NOW))
                .isEqualTo(
                        "x-amz-date: 20150830T123600Z\r\n"
                                + "authorization: AWS4-HMAC-SHA256"
                                + " Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                                + " SignedHeaders=host;x-amz-date, Signature="
                                + signature
                                + "\r\n");
    }

    @Test
    void signsTheTokenOfASession() {
        AwsCredentials session = new AwsCredentials("AKIDEXAMPLE", SECRET, Secret.of(TOKEN));

        assertThat(
                        SIGNATURE.headerLines(
                                session,
                                "GET",
                                "example.amazonaws.com",
                                "/",
                                Unpooled.EMPTY_BUFFER,
                                NOW))
                .contains("x-amz-security-token: " + TOKEN + "\r\n")
                .contains(
                        "SignedHeaders=host;x-amz-date;x-amz-security-token,"
                                + " Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8");
    }

    @Test
    void signsFurtherHeaderFields_valuesTrimmed() {
        Map<String, String> headers =
                Map.of(
                        "host",
                        "example.amazonaws.com",
                        "my-header1",
                        " value1",
                        "my-header2",
                        " \"a   b   c\"",
                        "x-amz-date",
                        "20150830T123600Z");

        assertThat(SIGNATURE.authorization(KEYS, "GET", "/", new TreeMap<>(headers), EMPTY))
                .endsWith("acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    }

    @Test
    void signsABody() {
        Map<String, String> headers =
                Map.of(
                        "content-length",
                        "13",
                        "content-type",
                        "application/x-www-form-urlencoded",
                        "host",
                        "example.amazonaws.com",
                        "x-amz-content-sha256",
                        "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
                        "x-amz-date",
                        "20150830T123600Z");

        assertThat(
                        SIGNATURE.authorization(
                                KEYS,
                                "POST",
                                "/",
                                new TreeMap<>(headers),
                                "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"))
                .endsWith("d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b");
    }

    @Test
    void hashesABodyInPieces_asInOne() {
        var pieces = Unpooled.compositeBuffer();
        pieces.addComponent(true, Unpooled.copiedBuffer("Param1", UTF_8));
        pieces.addComponent(true, Unpooled.copiedBuffer("=value1", UTF_8));
        var whole = Unpooled.copiedBuffer("Param1=value1", UTF_8);

        assertThat(SIGNATURE.headerLines(KEYS, "POST", "h", "/", pieces, NOW))
                .isEqualTo(SIGNATURE.headerLines(KEYS, "POST", "h", "/", whole, NOW));
        pieces.release();
        whole.release();
    }
}
