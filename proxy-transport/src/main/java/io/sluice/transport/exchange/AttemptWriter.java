package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;
import io.sluice.http.Method;
import io.sluice.http.QueryString;
import io.sluice.http.RequestHead;
import io.sluice.json.BodyEdits;
import io.sluice.json.BodyRules;
import io.sluice.json.JsonStrings;
import io.sluice.message.CallFields;
import io.sluice.message.DroppedFields;
import io.sluice.message.Endpoint;
import io.sluice.message.OutputField;
import io.sluice.provider.Provider;
import io.sluice.routing.RequestSigner;
import io.sluice.routing.Target;
import io.sluice.transport.upstream.UpstreamConnection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as its target is to see it: the caller's header fields less those that are
 * nobody else's business, the target's credential, the body with the changes that its target needs.
 */
final class AttemptWriter {

    /*
     * A small body is copied behind the head, so that both leave in one send; a large one follows
     * as slices of what the client sent.
     */

    /** What of a query is for the gateway alone: above all whatever carries a key. */
    private static final Set<String> KEPT_PARAMETERS =
            Set.of("key", "$key", "access_token", "oauth_token", "api-version");

    private static final String MODEL = "{model}";
    private static final int ADDED_BYTES = 256;
    private static final Set<String> NEEDED =
            Set.of("model", "messages", "input", "contents", "stream", "stream_options");

    private static final Set<String> GENERATION = Set.of("generationConfig", "generation_config");

    private static final String TUNED = "tunedModels/";
    private static final int MAX_COPIED_BYTES = 16 << 10;
    private static final int HEAD_BYTES = 1024;

    private static final AsciiString VERSION_AND_HOST = new AsciiString(" HTTP/1.1\r\nhost: ");
    private static final AsciiString FIXED =
            new AsciiString("\r\naccept-encoding: identity\r\nx-request-id: ");
    private static final AsciiString CORRELATION = new AsciiString("\r\nx-correlation-id: ");
    private static final AsciiString LENGTH = new AsciiString("content-length: ");
    private static final AsciiString VERSION = new AsciiString("anthropic-version: 2023-06-01\r\n");
    private static final String ANTHROPIC_VERSION = "anthropic-version";
    private static final String ANTHROPIC_BETA = "anthropic-beta";
    private static final AsciiString BETA = new AsciiString("anthropic-beta: ");
    private static final String OAUTH_BETA = "oauth-2025-04-20";
    private static final AsciiString CRLF = new AsciiString("\r\n");

    private final GatewayRequest request;
    private final Target target;
    private final String model;
    private final AsciiString credential;
    private final @Nullable ForeignCall foreign;
    private final DroppedFields dropped;

    /**
     * A writer for one attempt.
     *
     * @param model the target's name for the model
     * @param credential header lines, each with its CRLF
     * @param foreign the call in its target's dialect; {@code null} where that is the caller's
     * @param dropped what the target is not to see of a body that is not translated
     */
    AttemptWriter(
            GatewayRequest request,
            Target target,
            String model,
            AsciiString credential,
            @Nullable ForeignCall foreign,
            DroppedFields dropped) {
        this.foreign = foreign;
        this.dropped = dropped;
        this.request = request;
        this.target = target;
        this.model = model;
        this.credential = credential;
    }

    /**
     * Whether usage has to be asked for on the caller's behalf, so that its event must be hidden
     * from it.
     */
    static boolean mustAskForUsage(GatewayRequest request, Target target) {
        CallFields fields = request.fields();
        Endpoint endpoint = request.endpoint();
        return fields != null
                && fields.isStream()
                && fields.streamUsage() != CallFields.StreamUsage.YES
                && target.provider().streamUsage()
                && (endpoint == Endpoint.CHAT_COMPLETIONS || endpoint == Endpoint.COMPLETIONS);
    }

    /**
     * What of a body that is not translated its target is not to see. What the gateway itself has
     * to say stays: the model, the conversation, how the answer is wanted, and a bound that a
     * budget sets.
     */
    static DroppedFields dropped(GatewayRequest request, Target target) {
        ByteBuf body = request.body();
        if (target.rules().additional().isEmpty() || body == null || request.fields() == null) {
            return DroppedFields.NONE;
        }
        Set<String> wanted = new TreeSet<>(target.rules().additional());
        wanted.removeAll(NEEDED);
        if (request.outputBound() > 0) {
            for (OutputField bound : OutputField.values()) {
                wanted.remove(bound.wireName());
            }
            wanted.removeAll(GENERATION);
        }
        return DroppedFields.of(body, wanted);
    }

    /** Writes the whole request and flushes it. The body stays the request's. */
    void writeTo(UpstreamConnection connection) {
        ByteBuf made = madeBody(connection.alloc());
        if (made != null) {
            ByteBuf head = connection.alloc().buffer(HEAD_BYTES);
            writeHead(head, made.readableBytes(), made);
            connection.begin(false);
            connection.write(head);
            connection.write(made);
            connection.flush();
            return;
        }
        ByteBuf body = request.body();
        BodyEdits edits = edits();
        long length = body == null ? 0 : edits.lengthAfter(body.readableBytes());
        boolean copied = length <= MAX_COPIED_BYTES;
        ByteBuf head = connection.alloc().buffer(HEAD_BYTES + (copied ? (int) length : 0));
        writeHead(head, length, null);
        connection.begin(request.head().method() == Method.HEAD);
        if (body == null || copied) {
            if (body != null) {
                edits.writeTo(head, body);
            }
            connection.write(head);
        } else {
            connection.write(head);
            edits.forEachPart(body, connection::write);
        }
        connection.flush();
    }

    /**
     * The body where it is not the caller's with small changes: a translated one, one that all of a
     * provider's bodies are changed like, one that is signed. Owned by the taker.
     */
    private @Nullable ByteBuf madeBody(ByteBufAllocator alloc) {
        ByteBuf asked = request.body();
        BodyRules rules = rules();
        boolean isPlain = rules.isEmpty() && signer() == null;
        if (foreign == null && (asked == null || isPlain)) {
            return null;
        }
        ByteBuf told = foreign == null ? edited(asked, alloc) : foreign.takeBody();
        if (rules.isEmpty()) {
            return told;
        }
        ByteBuf ruled = alloc.buffer(told.readableBytes() + ADDED_BYTES);
        try {
            rules.write(told, ruled);
            return ruled;
        } catch (RuntimeException e) {
            ruled.release();
            throw e;
        } finally {
            told.release();
        }
    }

    private ByteBuf edited(@Nullable ByteBuf asked, ByteBufAllocator alloc) {
        ByteBuf body = Objects.requireNonNull(asked);
        BodyEdits edits = edits();
        ByteBuf edited = alloc.buffer((int) edits.lengthAfter(body.readableBytes()));
        edits.writeTo(edited, body);
        return edited;
    }

    /** Bedrock takes in the body what Anthropic takes in a header field. */
    private BodyRules rules() {
        BodyRules rules = target.provider().rules();
        if (target.provider().paths() != Provider.PathStyle.BEDROCK_INVOKE || foreign != null) {
            return rules;
        }
        RequestHead head = request.head();
        StringJoiner beta = new StringJoiner(",", "[", "]").setEmptyValue("");
        for (int i = 0; i < head.headerCount(); i++) {
            if (head.nameIs(i, ANTHROPIC_BETA)) {
                for (String one : head.value(i).toString().split(",", -1)) {
                    beta.add(new String(JsonStrings.quoted(one.strip()), UTF_8));
                }
            }
        }
        return beta.length() == 0
                ? rules
                : rules.and(
                        new BodyRules(
                                Map.of(),
                                Set.of(),
                                Map.of(),
                                Map.of("anthropic_beta", beta.toString())));
    }

    /** What signs this request; a key of the caller's project lets it in without. */
    private @Nullable RequestSigner signer() {
        return credential.isEmpty() ? target.credential().signer() : null;
    }

    private BodyEdits edits() {
        BodyEdits edits = new BodyEdits();
        CallFields fields = request.fields();
        ByteBuf body = request.body();
        if (fields == null || body == null) {
            return edits;
        }
        dropped.removeIn(edits);
        boolean modelInPath =
                target.provider().paths() == Provider.PathStyle.AZURE
                        && request.endpoint() != Endpoint.RESPONSES;
        if (fields.model() != null || !modelInPath) {
            String asked = request.model();
            fields.renameModel(edits, body, asked == null ? "" : asked, model);
        }
        if (mustAskForUsage(request, target)) {
            fields.askForUsage(edits);
        }
        if (request.outputBound() > 0) {
            fields.boundOutput(
                    edits, outputField(request.endpoint(), target), request.outputBound());
        }
        return edits;
    }

    /** OpenAI's newer models take no {@code max_tokens}, other servers often nothing else. */
    static OutputField outputField(@Nullable Endpoint endpoint, Target target) {
        String provider = target.provider().name();
        boolean isNewer = provider.equals("openai") || provider.equals("azure");
        return switch (endpoint) {
            case RESPONSES -> OutputField.MAX_OUTPUT_TOKENS;
            case CHAT_COMPLETIONS ->
                    isNewer ? OutputField.MAX_COMPLETION_TOKENS : OutputField.MAX_TOKENS;
            case null, default -> OutputField.MAX_TOKENS;
        };
    }

    private void writeHead(ByteBuf out, long bodyLength, @Nullable ByteBuf body) {
        RequestHead head = request.head();
        ascii(out, head.methodText());
        out.writeByte(' ');
        int pathStart = out.writerIndex();
        writePath(out);
        int pathEnd = out.writerIndex();
        ascii(out, VERSION_AND_HOST);
        ascii(out, target.address().authority());
        ascii(out, FIXED);
        ascii(out, request.id());
        ascii(out, CORRELATION);
        ascii(out, request.correlationId());
        ascii(out, CRLF);
        ascii(out, credential);
        RequestSigner signer = signer();
        if (signer != null && body != null) {
            String path = out.toString(pathStart, pathEnd - pathStart, UTF_8);
            String host = target.address().authority().toString();
            ascii(out, signer.sign(head.methodText().toString(), host, path, body));
        }
        ascii(out, target.headerLines());
        if (target.provider().paths() == Provider.PathStyle.ANTHROPIC) {
            writeAnthropicFields(out, head);
        }
        for (int i = 0; i < head.headerCount(); i++) {
            if (isForwarded(head, i)) {
                head.writeHeader(i, out);
            }
        }
        if (request.body() != null || head.method() == Method.POST) {
            ascii(out, LENGTH);
            ascii(out, Long.toString(bodyLength));
            ascii(out, CRLF);
        }
        ascii(out, CRLF);
    }

    private boolean isForwarded(RequestHead head, int i) {
        return switch (head.name(i)) {
            case HOST,
                    CONTENT_LENGTH,
                    EXPECT,
                    AUTHORIZATION,
                    API_KEY,
                    X_API_KEY,
                    X_GOOG_API_KEY,
                    COOKIE,
                    ACCEPT_ENCODING,
                    CONTENT_ENCODING,
                    X_REQUEST_ID,
                    X_CORRELATION_ID,
                    FORWARDED,
                    VIA,
                    X_FORWARDED_FOR,
                    X_FORWARDED_HOST,
                    X_FORWARDED_PROTO ->
                    false;
            case ACCEPT -> !target.provider().paths().isFixed();
            case OTHER ->
                    !head.isHopByHop(i)
                            && !isOurs(head, i)
                            && !isReplaced(head, i)
                            && !(isOAuth() && head.nameIs(i, ANTHROPIC_BETA));
            default -> !head.isHopByHop(i) && !isReplaced(head, i);
        };
    }

    /** Fields that speak of the caller to the gateway, or of the client's network. */
    private boolean isOurs(RequestHead head, int i) {
        return (isOfCallersDialect(head, i) && !isOfTargetsDialect(head, i))
                || head.nameStartsWith(i, "x-sluice-")
                || head.nameStartsWith(i, "x-litellm-")
                || head.nameStartsWith(i, "x-forwarded-")
                || head.nameStartsWith(i, "cf-")
                || head.nameIs(i, "x-real-ip")
                || head.nameIs(i, "x-client-ip")
                || head.nameIs(i, "true-client-ip")
                || head.nameIs(i, "x-original-forwarded-for")
                || head.nameIs(i, "x-goog-user-project")
                || head.nameIs(i, "openai-organization")
                || head.nameIs(i, "openai-project");
    }

    /** Vertex AI takes the betas of Anthropic's in the field that its own dialect has. */
    private boolean isOfTargetsDialect(RequestHead head, int i) {
        Provider.PathStyle paths = target.provider().paths();
        return foreign == null
                && (!paths.isFixed()
                        || (paths == Provider.PathStyle.VERTEX_ANTHROPIC
                                && head.nameIs(i, ANTHROPIC_BETA)));
    }

    /** Fields in which a caller speaks to a provider of its own dialect. */
    private static boolean isOfCallersDialect(RequestHead head, int i) {
        return head.nameStartsWith(i, "anthropic-")
                || head.nameStartsWith(i, "openai-")
                || head.nameStartsWith(i, "x-goog-");
    }

    /** The version that a caller does not state, and what a token of OAuth needs. */
    private void writeAnthropicFields(ByteBuf out, RequestHead head) {
        boolean isStated =
                (foreign == null && head.find(ANTHROPIC_VERSION) >= 0)
                        || target.headerNames().contains(ANTHROPIC_VERSION);
        if (!isStated) {
            ascii(out, VERSION);
        }
        if (isOAuth()) {
            ascii(out, BETA);
            for (int i = 0; i < head.headerCount(); i++) {
                if (foreign == null && head.nameIs(i, ANTHROPIC_BETA)) {
                    ascii(out, head.value(i));
                    ascii(out, ",");
                }
            }
            ascii(out, OAUTH_BETA);
            ascii(out, CRLF);
        }
    }

    /** Whether the target is shown a token that was given to an account of its console. */
    private boolean isOAuth() {
        Provider provider = target.provider();
        return provider.paths() == Provider.PathStyle.ANTHROPIC
                && provider.keyHeader().equals("authorization");
    }

    private boolean isReplaced(RequestHead head, int i) {
        for (int j = 0; j < target.headerNames().size(); j++) {
            if (head.nameIs(i, target.headerNames().get(j))) {
                return true;
            }
        }
        return false;
    }

    private void writePath(ByteBuf out) {
        Endpoint endpoint = foreign == null ? request.endpoint() : foreign.endpoint();
        assert endpoint != null || target.provider().paths().isFixed();
        ascii(out, target.basePath());
        switch (target.provider().paths()) {
            case OPENAI -> {
                out.writeByte('/');
                ascii(out, Objects.requireNonNull(endpoint).path());
                writeStoredId(out, '?');
            }
            case AZURE -> writeAzurePath(out, Objects.requireNonNull(endpoint));
            case ANTHROPIC -> {
                ascii(out, "/v1/");
                ascii(out, Objects.requireNonNull(endpoint).path());
                writeOwnQuery(out);
            }
            case GEMINI, VERTEX_GEMINI -> {
                writeContentModel(out);
                out.writeByte(':');
                ascii(out, Objects.requireNonNull(endpoint).path());
                if (foreign != null && foreign.isStream()) {
                    ascii(out, "?alt=sse");
                }
                writeOwnQuery(out);
            }
            case COHERE -> writeCoherePath(out, endpoint);
            case BEDROCK_CONVERSE,
                    BEDROCK_INVOKE,
                    VERTEX_ANTHROPIC,
                    VERTEX_OPENAI,
                    OLLAMA,
                    WATSONX,
                    SAGEMAKER ->
                    writeFixedPath(out);
        }
    }

    /** Embeddings are there in OpenAI's dialect, beside the versions. */
    private void writeCoherePath(ByteBuf out, @Nullable Endpoint endpoint) {
        if (endpoint == Endpoint.EMBEDDINGS) {
            out.writerIndex(out.writerIndex() - "/v2".length());
            ascii(out, "/compatibility/v1/embeddings");
        } else if (endpoint == Endpoint.RERANK) {
            ascii(out, "/rerank");
        } else {
            writeFixedPath(out);
        }
    }

    /** A path that depends on the model and on whether a stream is asked for. */
    private void writeFixedPath(ByteBuf out) {
        CallFields fields = request.fields();
        boolean isStream =
                foreign == null ? fields != null && fields.isStream() : foreign.isStream();
        String path = target.provider().paths().path(isStream);
        int at = path.indexOf('{');
        if (at < 0) {
            ascii(out, path);
            return;
        }
        String version = target.apiVersion();
        int end = path.indexOf('}') + 1;
        ascii(out, path.substring(0, at));
        writeEncoded(out, path.startsWith(MODEL, at) ? model : version == null ? "" : version);
        ascii(out, path.substring(end));
    }

    /** A query in the caller's dialect says nothing to a target of another. */
    private void writeOwnQuery(ByteBuf out) {
        if (foreign == null) {
            writeQuery(out, '?');
        }
    }

    /** A tuned model is named with the collection it is in. */
    private void writeContentModel(ByteBuf out) {
        if (target.provider().paths() == Provider.PathStyle.VERTEX_GEMINI) {
            ascii(out, "/publishers/google/models/");
            writeEncoded(out, model);
            return;
        }
        boolean isTuned = model.startsWith(TUNED);
        ascii(out, isTuned ? "/" + TUNED : "/models/");
        writeEncoded(out, isTuned ? model.substring(TUNED.length()) : model);
    }

    private void writeAzurePath(ByteBuf out, Endpoint endpoint) {
        ascii(out, "/openai/");
        if (endpoint != Endpoint.RESPONSES && endpoint != Endpoint.STORED_RESPONSE) {
            ascii(out, "deployments/");
            writeEncoded(out, model);
            out.writeByte('/');
        }
        ascii(out, endpoint.path());
        String asked = request.path().apiVersion();
        String version = asked == null || foreign != null ? target.apiVersion() : asked;
        String id = request.path().responseId();
        if (id != null) {
            ascii(out, id);
        }
        ascii(out, "?api-version=");
        writeEncoded(out, version == null ? "" : version);
        if (id != null) {
            writeQuery(out, '&');
        }
    }

    private void writeStoredId(ByteBuf out, char before) {
        String id = request.path().responseId();
        if (id != null) {
            ascii(out, id);
            writeQuery(out, before);
        }
    }

    private void writeQuery(ByteBuf out, char before) {
        String query = request.path().query();
        if (query == null) {
            return;
        }
        char separator = before;
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty() && !KEPT_PARAMETERS.contains(QueryString.name(pair))) {
                out.writeByte(separator);
                ascii(out, pair);
                separator = '&';
            }
        }
    }

    /** Percent-encodes all but the unreserved characters (RFC 3986, 2.3). */
    private static void writeEncoded(ByteBuf out, String text) {
        for (byte one : text.getBytes(UTF_8)) {
            int c = one & 0xff;
            boolean isUnreserved =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '.'
                            || c == '_'
                            || c == '~';
            if (isUnreserved) {
                out.writeByte(c);
            } else {
                out.writeByte('%');
                out.writeByte(hexDigit(c >> 4));
                out.writeByte(hexDigit(c & 0xf));
            }
        }
    }

    private static int hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    private static void ascii(ByteBuf out, CharSequence text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
