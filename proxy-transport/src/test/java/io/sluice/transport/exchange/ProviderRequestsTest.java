package io.sluice.transport.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import io.sluice.config.AwsIdentity;
import io.sluice.config.CloudIdentity;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.message.Endpoint;
import io.sluice.price.PriceTable;
import io.sluice.provider.Provider;
import io.sluice.provider.Providers;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import io.sluice.routing.TargetCredential;
import io.sluice.routing.Targets;
import io.sluice.testing.Heads;
import io.sluice.transport.upstream.CloudCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requests that every provider is sent for the same calls, byte for byte, with what lets them
 * in. {@code -Dprovider.requests=write} writes the file anew; what changes in it is to be read
 * against the providers' documentation.
 */
class ProviderRequestsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/provider-requests.txt");
    private static final ExecutorService WORKERS = Executors.newSingleThreadExecutor();
    private static final CloudCredentials CLOUDS =
            new CloudCredentials(
                    WORKERS, null, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
    private static final String JSON = "content-type: application/json";

    private static final String PLAIN =
            """
            {"model":"gateway-model","messages":[{"role":"system","content":"Be brief."},\
            {"role":"user","content":"Hi"}],"temperature":0.5,"max_tokens":64,"stop":["END"]}\
            """;
    private static final String STREAM =
            """
            {"model":"gateway-model","stream":true,"messages":[{"role":"user","content":"Berlin?"},\
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",\
            "function":{"name":"weather","arguments":"{\\"city\\":\\"Berlin\\"}"}}]},\
            {"role":"tool","tool_call_id":"call_1","content":"rain"}],"tools":[{"type":"function",\
            "function":{"name":"weather","parameters":{"type":"object"}}}]}\
            """;
    private static final String MESSAGES =
            """
            {"model":"gateway-model","max_tokens":64,"messages":[{"role":"user","content":"Hi"}]}\
            """;

    @TempDir private Path folder = Path.of("");

    @AfterAll
    static void stop() {
        CLOUDS.close();
        WORKERS.shutdownNow();
    }

    @Test
    void areAsTheyWere() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<String, String> one : models().entrySet()) {
            all.append(requests(one.getKey(), one.getValue()));
        }
        if ("write".equals(System.getProperty("provider.requests"))) {
            Files.writeString(GOLDEN, all);
        }

        assertThat(all.toString()).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void coverEveryProvider() {
        assertThat(models().keySet().stream().map(name -> name.split("/", 2)[0]).toList())
                .containsAll(Providers.builtIn().all().stream().map(Provider::name).toList());
    }

    /** Parameters of a target for each provider, by the name of its model. */
    private static Map<String, String> models() {
        Map<String, String> models = new TreeMap<>();
        String aws =
                "aws_access_key_id: AKID, aws_secret_access_key: secret, aws_region_name: eu-west-1";
        String google =
                "vertex_project: p, vertex_location: europe-west1, vertex_credentials: "
                        + "'{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s\","
                        + "\"refresh_token\":\"r\"}'";
        for (Provider provider : Providers.builtIn().all()) {
            String base =
                    provider.baseUrl() == null ? ", api_base: \"https://host.example/base\"" : "";
            models.put(provider.name() + "/model", "api_key: sk-provider" + base);
        }
        models.remove("bedrock_converse/model");
        models.remove("bedrock_invoke/model");
        models.put("bedrock_converse/model", "model: bedrock/converse/model, " + aws);
        models.put("bedrock_invoke/claude", "model: bedrock/invoke/claude, " + aws);
        models.put("bedrock/model", aws);
        models.put("bedrock/eu.anthropic.claude-x", aws + ", aws_session_token: session");
        models.put("vertex_ai/model", google);
        models.put("vertex_ai/claude-x@1", google);
        models.put("vertex_ai/meta/llama", google);
        models.put("sagemaker/model", aws);
        models.put("watsonx/model", "api_key: key, project_id: p");
        models.put(
                "cloudflare/@cf/meta/llama",
                "api_key: sk-provider, api_base: \"https://api.cloudflare.com/client/v4/accounts/a/ai/run/\"");
        models.remove("cloudflare/model");
        return models;
    }

    private String requests(String name, String params) throws IOException {
        String model = params.contains("model: ") ? "" : "model: \"" + name + "\", ";
        String yaml =
                "model_list:\n  - {model_name: gateway-model, litellm_params: {%s%s}}\n"
                        .formatted(model, params);
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        LoadedSettings loaded = new SettingsLoader(Map.of(), List.of()).load(file);
        RouteTable routes =
                Targets.routes(
                        loaded.settings(), PriceTable.builtIn(), ProviderRequestsTest::credential);
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("chat", new Call(Endpoint.CHAT_COMPLETIONS, PLAIN));
        calls.put("chat, streamed, with tools", new Call(Endpoint.CHAT_COMPLETIONS, STREAM));
        if (name.contains("claude") || name.startsWith("anthropic")) {
            calls.put("messages", new Call(Endpoint.MESSAGES, MESSAGES));
        }
        if (name.startsWith("cohere/")) {
            calls.put(
                    "rerank",
                    new Call(
                            Endpoint.RERANK,
                            "{\"model\":\"gateway-model\",\"query\":\"q\",\"documents\":[\"d\"]}"));
            calls.put(
                    "embeddings",
                    new Call(Endpoint.EMBEDDINGS, "{\"model\":\"gateway-model\",\"input\":\"d\"}"));
        }
        StringBuilder made = new StringBuilder();
        calls.forEach((kind, call) -> made.append(request(name, kind, call, routes)));
        return made.toString();
    }

    private record Call(Endpoint endpoint, String body) {}

    private static String request(String name, String kind, Call call, RouteTable routes) {
        Target target =
                Objects.requireNonNull(routes.find("gateway-model"))
                        .route()
                        .targets(call.endpoint().dialect())
                        .getFirst();
        assertThat(target.unusable()).as(name).isNull();
        CallUnderTest one = new CallUnderTest();
        one.asking(
                        Heads.post("/v1/" + call.endpoint().path(), JSON),
                        new RequestPath(call.endpoint(), null, null, null, null),
                        call.body())
                .at(target)
                .start();
        String sent = one.provider().received().replace("\r\n", "\n");
        one.exchange().onClientGone();
        one.release();
        return "=== %s: %s, %s%s\n%s\n\n"
                .formatted(
                        name,
                        kind,
                        target.address().tls() ? "https://" : "http://",
                        target.address().authority(),
                        sent);
    }

    /** Keys sign as they do; what is fetched elsewhere is there already. */
    private static TargetCredential credential(CloudIdentity identity) {
        return identity instanceof AwsIdentity
                ? CLOUDS.of(identity)
                : TargetCredential.fixed(
                        new AsciiString("authorization: Bearer fetched-token\r\n".getBytes(UTF_8)));
    }
}
