package io.sluice.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.config.AzureIdentity;
import io.sluice.config.Secret;
import io.sluice.routing.TargetCredential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudCredentialsIT {

    private static final String SCOPE = AzureIdentity.DEFAULT_SCOPE;
    private static final String TOKEN = "{\"access_token\":\"eyJ.a-b_c\",\"expires_in\":3599}";

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final CloudCredentials tokens =
            new CloudCredentials(workers, null, InstantSource.system());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = TOKEN;
    private HttpServer server = newServer();

    @TempDir private Path folder = Path.of("");

    private static HttpServer newServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        tokens.close();
        workers.shutdownNow();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
        requests.add(
                exchange.getRequestMethod()
                        + ' '
                        + exchange.getRequestURI()
                        + " metadata="
                        + exchange.getRequestHeaders().getFirst("metadata")
                        + " secret="
                        + exchange.getRequestHeaders().getFirst("x-identity-header")
                        + ' '
                        + body);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void sendsClientCredentials() throws Exception {
        TargetCredential credential = tokens.of(application("s&=+ ü"));

        assertThat(fetch(credential)).isNull();

        assertThat(String.valueOf(credential.headerLines()))
                .isEqualTo("authorization: Bearer eyJ.a-b_c\r\n");
        assertThat(requests)
                .containsExactly(
                        "POST /t/oauth2/v2.0/token metadata=null secret=null"
                                + " grant_type=client_credentials&client_id=c"
                                + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default"
                                + "&client_secret=s%26%3D%2B+%C3%BC");
    }

    @Test
    void showsThePlatformsToken_readAnewForEachFetch() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "first\n");
        AzureIdentity identity = new AzureIdentity.FederatedToken(base(), "t", "c", file, SCOPE);
        try (CloudCredentials others =
                new CloudCredentials(workers, null, InstantSource.system())) {
            assertThat(fetch(tokens.of(identity))).isNull();
            Files.writeString(file, "second");
            assertThat(fetch(others.of(identity))).isNull();
        }

        assertThat(requests)
                .hasSize(2)
                .allMatch(one ->
                        one.contains(
                                "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth"
                                        + "%3Aclient-assertion-type%3Ajwt-bearer"));
        assertThat(requests.getFirst()).contains("client_assertion=first");
        assertThat(requests.getLast()).contains("client_assertion=second");
    }

    @Test
    void asksTheMachinesMetadata() throws Exception {
        answer = "{\"access_token\":\"imds\",\"expires_in\":\"86399\",\"resource\":\"r\"}";
        AzureIdentity identity =
                new AzureIdentity.ManagedIdentity(base() + "/metadata", null, "c", SCOPE);

        assertThat(fetch(tokens.of(identity))).isNull();

        assertThat(String.valueOf(tokens.of(identity).headerLines()))
                .isEqualTo("authorization: Bearer imds\r\n");
        assertThat(requests)
                .containsExactly(
                        "GET /metadata?api-version=2018-02-01"
                                + "&resource=https%3A%2F%2Fcognitiveservices.azure.com"
                                + "&client_id=c metadata=true secret=null ");
    }

    @Test
    void asksAppService() throws Exception {
        long end = System.currentTimeMillis() / 1000 + 3600;
        answer = "{\"access_token\":\"app\",\"expires_on\":\"" + end + "\"}";
        AzureIdentity identity =
                new AzureIdentity.ManagedIdentity(base() + "/msi", Secret.of("h"), null, SCOPE);

        assertThat(fetch(tokens.of(identity))).isNull();

        assertThat(String.valueOf(tokens.of(identity).headerLines()))
                .isEqualTo("authorization: Bearer app\r\n");
        assertThat(requests)
                .containsExactly(
                        "GET /msi?api-version=2019-08-01"
                                + "&resource=https%3A%2F%2Fcognitiveservices.azure.com"
                                + " metadata=null secret=h ");
    }

    @Test
    void sharesOneTokenAndOneFetch_betweenEqualIdentities() {
        List<CompletableFuture<@Nullable String>> all = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<@Nullable String> done = new CompletableFuture<>();
            all.add(done);
            workers.execute(() -> tokens.of(application("s")).fetch(done::complete));
        }
        all.forEach(one -> assertThat(one.orTimeout(20, TimeUnit.SECONDS).join()).isNull());

        assertThat(requests).hasSize(1);
        assertThat(tokens.of(application("s"))).isSameAs(tokens.of(application("s")));
        assertThat(tokens.of(application("other"))).isNotSameAs(tokens.of(application("s")));
    }

    @Test
    void namesTheErrorAndNoMore_whenItIsRefused() throws Exception {
        status = 401;
        answer =
                """
                {"error":"invalid_client","error_description":"AADSTS7000215: Invalid secret \
                topsecret of app c.","error_codes":[7000215]}\
                """;

        assertThat(fetch(tokens.of(application("topsecret"))))
                .isEqualTo(
                        "the token service 127.0.0.1 answered with status 401"
                                + " (invalid_client AADSTS7000215)");
    }

    @Test
    void refusesAnswersWithoutAUsableToken() throws Exception {
        List<String> answers =
                List.of(
                        "",
                        "[]",
                        "no json",
                        "{}",
                        "{\"access_token\":\"t\"}",
                        "{\"access_token\":\"t\",\"expires_in\":0}",
                        "{\"access_token\":\"t\",\"expires_on\":1}",
                        "{\"access_token\":{\"a\":1},\"expires_in\":60}",
                        "{\"access_token\":\"a\\r\\nb\",\"expires_in\":60}",
                        "{\"access_token\":\"t\",\"expires_in\":60");
        for (int i = 0; i < answers.size(); i++) {
            answer = answers.get(i);

            assertThat(fetch(tokens.of(application("s" + i))))
                    .as(answer)
                    .isEqualTo("the token service 127.0.0.1 answered without a usable token");
        }
    }

    @Test
    void refusesAnAnswerWithoutEnd() throws Exception {
        answer = "{\"x\":\"" + "y".repeat(100_000) + "\"}";

        assertThat(fetch(tokens.of(application("s"))))
                .isEqualTo("the token service 127.0.0.1 gave no usable answer");
    }

    @Test
    void saysWhatCouldNotBeReached() throws Exception {
        AzureIdentity identity = application("s");
        server.stop(0);
        AzureIdentity workload =
                new AzureIdentity.FederatedToken(base(), "t", "c", folder.resolve("absent"), SCOPE);

        assertThat(fetch(tokens.of(identity)))
                .isEqualTo("the token service 127.0.0.1 could not be reached");
        assertThat(fetch(tokens.of(workload)))
                .isEqualTo("the platform's token file cannot be read");
    }

    @Test
    void usesAReadyTokenAsItIs() throws Exception {
        TargetCredential credential = tokens.of(new AzureIdentity.ReadyToken(Secret.of("ready")));

        assertThat(String.valueOf(credential.headerLines()))
                .isEqualTo("authorization: Bearer ready\r\n");
        assertThat(requests).isEmpty();
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private AzureIdentity application(String secret) {
        return new AzureIdentity.ClientSecret(base(), "t", "c", Secret.of(secret), SCOPE);
    }

    private static @Nullable String fetch(TargetCredential credential) throws Exception {
        CompletableFuture<@Nullable String> done = new CompletableFuture<>();
        credential.fetch(done::complete);
        return done.get(30, TimeUnit.SECONDS);
    }
}
