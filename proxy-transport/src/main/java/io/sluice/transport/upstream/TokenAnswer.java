package io.sluice.transport.upstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.config.Secret;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a token service has answered. Confined to one fetch. */
final class TokenAnswer {

    /*
     * Of an error only its code and Microsoft's number for it are shown: the description may name
     * what does not concern a caller. Numbers come as numbers or as strings of digits, depending
     * on the service.
     */

    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,16384}");
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("AADSTS[0-9]{1,10}");
    private static final long MAX_LIFETIME_SECONDS = TimeUnit.DAYS.toSeconds(30);

    private @Nullable String token;
    private @Nullable String error;
    private @Nullable String description;
    private long secondsLeft = -1;
    private long endSeconds = -1;

    private TokenAnswer() {}

    /**
     * Reads an answer.
     *
     * @param service what to call the service in a message
     * @throws IOException if it holds no token that can be used
     */
    static TokenSource.Grant read(String service, int status, byte[] body, long nowMillis)
            throws IOException {
        TokenAnswer answer = new TokenAnswer();
        boolean isJson = answer.parse(body);
        if (status != 200) {
            throw new IOException(service + " answered with status " + status + answer.reason());
        }
        String token = answer.token;
        long seconds =
                answer.secondsLeft >= 0 ? answer.secondsLeft : answer.endSeconds - nowMillis / 1000;
        if (!isJson || token == null || !TOKEN.matcher(token).matches() || seconds <= 0) {
            throw new IOException(service + " answered without a usable token");
        }
        long lifetime = Math.min(seconds, MAX_LIFETIME_SECONDS);
        return new TokenSource.Grant(Secret.of(token), lifetime * 1000);
    }

    private boolean parse(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                take(name, parser);
                parser.skipChildren();
            }
            return parser.currentToken() == JsonToken.END_OBJECT;
        } catch (IOException _) {
            return false;
        }
    }

    private void take(String name, JsonParser parser) throws IOException {
        if (!parser.currentToken().isScalarValue()) {
            return;
        }
        switch (name) {
            case "access_token" -> token = parser.getText();
            case "expires_in" -> secondsLeft = parser.getValueAsLong(-1);
            case "expires_on" -> endSeconds = parser.getValueAsLong(-1);
            case "error" -> error = parser.getText();
            case "error_description" -> description = parser.getText();
            default -> {}
        }
    }

    private String reason() {
        String code = error != null && CODE.matcher(error).matches() ? error : "";
        Matcher number = NUMBER.matcher(description == null ? "" : description);
        String both = (code + (number.find() ? " " + number.group() : "")).strip();
        return both.isEmpty() ? "" : " (" + both + ')';
    }
}
