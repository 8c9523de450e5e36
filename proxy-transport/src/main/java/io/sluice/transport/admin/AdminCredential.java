package io.sluice.transport.admin;

import io.sluice.config.Secret;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a caller must show to manage the gateway: the master key. Safe for any thread. */
public final class AdminCredential {

    private static final String SCHEME = "bearer ";

    private final Supplier<@Nullable Secret> masterKey;

    /**
     * The credential of a gateway.
     *
     * @param masterKey asked at each request, so that a reload counts at once; {@code null} where
     *     none is set, and then nobody may manage the gateway
     */
    public AdminCredential(Supplier<@Nullable Secret> masterKey) {
        this.masterKey = masterKey;
    }

    /**
     * Returns if the request shows the credential.
     *
     * @throws GatewayException if it does not
     */
    void check(AdminRequest request) {
        Secret expected = masterKey.get();
        if (expected == null) {
            throw new GatewayException(
                    ErrorCode.MISSING_API_KEY,
                    "management is closed because no master key is set; set"
                            + " general_settings.master_key, for example to"
                            + " os.environ/SLUICE_MASTER_KEY, and send it as"
                            + " \"Authorization: Bearer <master key>\"");
        }
        String shown = request.header("authorization");
        if (shown == null) {
            throw new GatewayException(
                    ErrorCode.MISSING_API_KEY,
                    "management needs \"Authorization: Bearer <master key>\"");
        }
        if (!isBearer(shown) || !isSame(shown.substring(SCHEME.length()).strip(), expected)) {
            throw new GatewayException(
                    ErrorCode.INVALID_API_KEY, "this is not the gateway's master key");
        }
    }

    private static boolean isBearer(String shown) {
        return shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** Takes the same time for every wrong key, whatever its length. */
    private static boolean isSame(String shown, Secret expected) {
        return MessageDigest.isEqual(digest(shown), digest(expected.reveal()));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
