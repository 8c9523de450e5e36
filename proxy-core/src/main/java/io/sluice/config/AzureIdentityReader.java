package io.sluice.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which identity an Azure target without a key uses.
 *
 * <p>Confined to one load.
 */
final class AzureIdentityReader {

    /*
     * The choice is made here, once, and not by trying one source after the other at run time: what
     * the operator wrote, then the variables that Azure's own libraries read, in their order. A
     * secret comes first, then the token file of workload identity, then managed identity. The
     * file stands before managed identity because a cluster's nodes have a metadata service too,
     * and it would answer with the node's identity instead of the workload's.
     */

    private static final String MISSING = "credential_missing: ";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,16384}");
    private static final Pattern SCOPE = Pattern.compile("[\\x21-\\x7e]{1,512}");

    private final References references;

    AzureIdentityReader(References references) {
        this.references = references;
    }

    /**
     * What an entry says itself.
     *
     * @param isMeant whether the operator has said that identities stand in for keys
     */
    record Said(
            @Nullable String tenant,
            @Nullable String client,
            @Nullable Secret secret,
            @Nullable Secret token,
            @Nullable String scope,
            boolean isMeant) {

        boolean isNothing() {
            return tenant == null && client == null && secret == null && token == null;
        }
    }

    /**
     * The choice.
     *
     * @param problem why there is none; begins with {@code credential_missing:}
     * @param doubt what the operator should know about it
     */
    record Choice(
            @Nullable AzureIdentity identity, @Nullable String problem, @Nullable String doubt) {}

    Choice choose(Said said) {
        String ready = said.isNothing() ? variable("AZURE_AD_TOKEN") : null;
        Secret token = ready == null ? said.token : Secret.of(ready);
        if (token != null) {
            return TOKEN.matcher(token.reveal()).matches()
                    ? chosen(new AzureIdentity.ReadyToken(token))
                    : refused("azure_ad_token holds characters that no header takes");
        }
        String tenant = said.tenant != null ? said.tenant : variable("AZURE_TENANT_ID");
        String client = said.client != null ? said.client : variable("AZURE_CLIENT_ID");
        Secret secret = said.secret != null ? said.secret : secretOf(client);
        String scope = said.scope != null ? said.scope : variable("AZURE_SCOPE");
        scope = scope == null ? AzureIdentity.DEFAULT_SCOPE : scope;
        if (!isId(tenant) || !isId(client) || !SCOPE.matcher(scope).matches()) {
            return refused("tenant_id, client_id or azure_scope holds what no identifier has");
        }
        if (secret != null) {
            return withSecret(tenant, client, secret, scope);
        }
        String file = variable("AZURE_FEDERATED_TOKEN_FILE");
        return file != null && tenant != null && client != null
                ? withFile(tenant, client, file, scope)
                : managed(said, client, scope);
    }

    private Choice withSecret(
            @Nullable String tenant, @Nullable String client, Secret secret, String scope) {
        String authority = authority();
        if (tenant == null || client == null) {
            return refused("client_secret needs tenant_id and client_id beside it");
        }
        return authority == null
                ? refused("AZURE_AUTHORITY_HOST is not an https URL")
                : chosen(new AzureIdentity.ClientSecret(authority, tenant, client, secret, scope));
    }

    private Choice withFile(String tenant, String client, String file, String scope) {
        String authority = authority();
        if (authority == null) {
            return refused("AZURE_AUTHORITY_HOST is not an https URL");
        }
        try {
            return chosen(
                    new AzureIdentity.FederatedToken(
                            authority, tenant, client, Path.of(file), scope));
        } catch (InvalidPathException _) {
            return refused("AZURE_FEDERATED_TOKEN_FILE is not a path");
        }
    }

    private Choice managed(Said said, @Nullable String client, String scope) {
        String endpoint = variable("IDENTITY_ENDPOINT");
        String header = variable("IDENTITY_HEADER");
        AzureIdentity identity;
        boolean isApp = false;
        if (endpoint == null || header == null) {
            identity =
                    new AzureIdentity.ManagedIdentity(
                            AzureIdentity.DEFAULT_METADATA, null, client, scope);
        } else if (uri(endpoint) != null && TOKEN.matcher(header).matches()) {
            Secret shown = Secret.of(header);
            identity = new AzureIdentity.ManagedIdentity(endpoint, shown, client, scope);
            isApp = true;
        } else {
            return refused("IDENTITY_ENDPOINT or IDENTITY_HEADER cannot be used");
        }
        boolean isAskedFor = said.isMeant || isApp || (said.client != null && said.tenant == null);
        String doubt =
                isAskedFor
                        ? null
                        : "there is no api_key and no client_secret: the managed identity of this"
                                + " machine is used";
        return new Choice(identity, null, doubt);
    }

    /** Where tokens are issued; {@code null} if what is said cannot be trusted with a secret. */
    private @Nullable String authority() {
        String host = variable("AZURE_AUTHORITY_HOST");
        if (host == null) {
            return AzureIdentity.DEFAULT_AUTHORITY;
        }
        URI uri = uri(host.contains("://") ? host : "https://" + host);
        if (uri == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return null;
        }
        boolean isSafe = uri.getScheme().equalsIgnoreCase("https") || isLoopback(uri);
        return isSafe ? uri.toString().replaceAll("/+$", "") : null;
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    private static @Nullable URI uri(String text) {
        try {
            URI uri = new URI(text);
            boolean isHttp =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            return isHttp && uri.getHost() != null && uri.getRawUserInfo() == null ? uri : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private static boolean isId(@Nullable String text) {
        return text == null || ID.matcher(text).matches();
    }

    /** The environment's secret, unless the environment says that it is another client's. */
    private @Nullable Secret secretOf(@Nullable String client) {
        String owner = variable("AZURE_CLIENT_ID");
        String value = variable("AZURE_CLIENT_SECRET");
        return value == null || (owner != null && !owner.equals(client)) ? null : Secret.of(value);
    }

    private @Nullable String variable(String name) {
        String value = references.find(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static Choice chosen(AzureIdentity identity) {
        return new Choice(identity, null, null);
    }

    private static Choice refused(String problem) {
        return new Choice(null, MISSING + problem, null);
    }
}
