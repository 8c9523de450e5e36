package io.sluice.transport.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one question to a model and prints the answer as it comes. */
@Command(
        name = "chat",
        description = "Ask a model and print its answer as it comes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The question is the words behind MODEL, or standard input where there are none.",
            "The caller's key is $SLUICE_API_KEY, else $OPENAI_API_KEY.",
            "  sluice chat gpt-4o why is the sky blue",
            "  git diff | sluice chat gpt-4o --url http://127.0.0.1:4000"
        })
public final class ChatCommand implements Callable<Integer> {

    private static final String DATA = "data:";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The data listener (default: $SLUICE_URL, http://127.0.0.1:4000).")
    private @Nullable String url;

    @Option(
            names = "--key-env",
            paramLabel = "NAME",
            defaultValue = "SLUICE_API_KEY",
            description = "The environment variable with the caller's key.")
    private String keyVariable;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The caller's key; others on this machine may see it.")
    private @Nullable String key;

    @Parameters(index = "0", paramLabel = "MODEL", description = "the model")
    private String model;

    @Parameters(index = "1..*", paramLabel = "WORDS", description = "the question")
    private @Nullable List<String> words;

    @Spec private CommandSpec spec;

    private final AdminApi environment = new AdminApi();

    /** A command for picocli to fill. */
    @SuppressWarnings("NullAway.Init")
    public ChatCommand() {}

    @Override
    public Integer call() throws IOException {
        String question =
                words == null
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : String.join(" ", words);
        Map<String, Object> body =
                Map.of(
                        "model",
                        model,
                        "stream",
                        true,
                        "messages",
                        List.of(Map.of("role", "user", "content", question)));
        URI uri =
                environment.base(
                        url, "SLUICE_URL", "http://127.0.0.1:4000", "/v1/chat/completions");
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .header("authorization", "Bearer " + key())
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Documents.text(body)))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() >= 300) {
                AdminApi.check(answer.statusCode(), answer.body().readAllBytes());
            }
            return print(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AdminApi.FAILED;
        } catch (IOException e) {
            throw AdminApi.unreachable(uri, e);
        }
    }

    /** Prints what each event adds; an error event ends it. */
    private int print(InputStream stream) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
            if (data.isEmpty() || data.equals("[DONE]")) {
                continue;
            }
            Object event = Documents.read(data.getBytes(StandardCharsets.UTF_8));
            Object error = Documents.field(event, "error");
            if (error != null) {
                out.println();
                out.flush();
                throw new AdminApi.Failure(
                        AdminApi.FAILED, Documents.cell(Documents.field(error, "message")));
            }
            List<?> choices = Documents.entries(Documents.field(event, "choices"));
            if (!choices.isEmpty()) {
                Object delta = Documents.field(choices.getFirst(), "delta");
                out.print(Documents.cell(Documents.field(delta, "content")));
                out.flush();
            }
        }
        out.println();
        out.flush();
        return 0;
    }

    private String key() {
        String shown = key;
        if (shown != null) {
            System.err.println(
                    "warning: a key among the arguments can be seen by others on this machine;"
                            + " put it in the environment as SLUICE_API_KEY");
            return shown;
        }
        String own = environment.variable(keyVariable);
        String found = own == null ? environment.variable("OPENAI_API_KEY") : own;
        if (found == null) {
            throw new AdminApi.Failure(
                    AdminApi.UNAUTHORIZED,
                    "the caller's key is missing: put it in the environment as " + keyVariable);
        }
        return found;
    }
}
