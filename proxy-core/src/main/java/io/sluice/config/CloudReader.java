package io.sluice.config;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out the place of a target that is at a cloud. */
final class CloudReader {

    private static final String BEDROCK = "bedrock";

    private static final String WATSONX = "https://us-south.ml.cloud.ibm.com";

    private final AwsReader aws;
    private final GoogleReader google;
    private final References references;

    CloudReader(References references) {
        this.references = references;
        aws = new AwsReader(references);
        google = new GoogleReader(references);
    }

    /**
     * The place of a target, {@code null} where its provider is no cloud.
     *
     * @param base what the entry or the environment says
     * @param key of the entry's own, with which nothing is signed mostly
     */
    @Nullable CloudPlace find(
            String provider,
            String model,
            @Nullable String base,
            @Nullable Secret key,
            AwsReader.Said said) {
        boolean hasKey = key != null;
        return switch (provider) {
            case BEDROCK -> bedrock(model, base, hasKey, said);
            case "vertex_ai", "vertex_ai_beta" ->
                    google.find("vertex_ai", model, base, hasKey, said);
            case "sagemaker", "sagemaker_chat" -> sagemaker(model, base, said);
            case "watsonx" -> watsonx(model, base, key, said);
            case "cloudflare" -> cloudflare(model, base);
            case "ollama" -> ollama(model, base);
            default -> null;
        };
    }

    /** An endpoint of SageMaker's, whose requests are always signed. */
    private CloudPlace sagemaker(String model, @Nullable String base, AwsReader.Said said) {
        String region = aws.region(said, null);
        String url = base == null ? AwsReader.endpoint("runtime.sagemaker", region) : base;
        CloudChoice choice = aws.choose(said, region, "sagemaker");
        return CloudPlace.of("sagemaker", model, url, choice.identity(), choice.problem());
    }

    /** A key is exchanged for tokens; {@code token} is one that was made elsewhere. */
    private CloudPlace watsonx(
            String model, @Nullable String base, @Nullable Secret key, AwsReader.Said said) {
        String named = base == null ? variable("WATSONX_URL") : base;
        named = named == null ? variable("WATSONX_API_BASE") : named;
        String url = named == null ? WATSONX : named;
        String project = said.get("project_id");
        project = project == null ? variable("WATSONX_PROJECT_ID") : project;
        String space = said.get("space_id");
        space = space == null ? variable("WATSONX_DEPLOYMENT_SPACE_ID") : space;
        Map<String, String> fields = new HashMap<>();
        if (project != null) {
            fields.put("project_id", quoted(project));
        } else if (space != null) {
            fields.put("space_id", quoted(space));
        }
        String problem =
                fields.isEmpty() && !model.startsWith("deployment/")
                        ? "project_id or space_id is missing"
                        : null;
        String issuer = variable("WATSONX_IAM_URL");
        boolean isIssuer = issuer == null || ModelReader.httpUri(issuer) != null;
        if (problem == null && !isIssuer) {
            problem = "WATSONX_IAM_URL is not an http or https URL";
        }
        CloudIdentity identity =
                key == null
                        ? null
                        : new IbmIdentity(
                                key, issuer == null ? IbmIdentity.DEFAULT_ENDPOINT : issuer);
        if (problem == null && identity == null) {
            problem = "credential_missing: api_key is missing";
        }
        return new CloudPlace("watsonx", model, url, identity, fields, problem);
    }

    /**
     * The account is part of the URL; its interface in OpenAI's dialect stands beside {@code run}.
     */
    private CloudPlace cloudflare(String model, @Nullable String base) {
        String account = variable("CLOUDFLARE_ACCOUNT_ID");
        if (base != null) {
            String url = base.strip().replaceAll("/+$", "").replaceFirst("/ai/run$", "/ai/v1");
            return CloudPlace.of("cloudflare", model, url, null, null);
        }
        boolean isUsable = account != null && account.matches("[A-Za-z0-9]{1,64}");
        return CloudPlace.of(
                "cloudflare",
                model,
                "https://api.cloudflare.com/client/v4/accounts/" + account + "/ai/v1",
                null,
                isUsable ? null : "CLOUDFLARE_ACCOUNT_ID or api_base is missing");
    }

    /** Users of LiteLLM name the server alone. */
    private static CloudPlace ollama(String model, @Nullable String base) {
        String url = base == null ? null : base.strip().replaceAll("/+$", "");
        boolean isBare = url != null && url.matches("https?://[^/]+");
        return CloudPlace.of("ollama", model, isBare ? url + "/v1" : url, null, null);
    }

    /** A JSON string; what may stand in such ids needs no escape. */
    private static String quoted(String id) {
        return '"' + id.replaceAll("[^A-Za-z0-9._:-]", "") + '"';
    }

    private @Nullable String variable(String name) {
        String value = references.find(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** {@code bedrock/[converse/|invoke/][region/]model}. */
    private CloudPlace bedrock(
            String model, @Nullable String base, boolean hasKey, AwsReader.Said said) {
        String way = BEDROCK;
        String rest = model;
        for (String route : new String[] {"converse", "invoke"}) {
            if (rest.startsWith(route + '/')) {
                way = BEDROCK + '_' + route;
                rest = rest.substring(route.length() + 1);
            }
        }
        int slash = rest.indexOf('/');
        String region = null;
        if (slash > 0 && AwsReader.isRegion(rest.substring(0, slash))) {
            region = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        region = aws.region(said, region);
        String named = said.get("aws_bedrock_runtime_endpoint");
        String at = named == null ? base : named;
        String url = at == null ? AwsReader.endpoint("bedrock-runtime", region) : at;
        if (hasKey) {
            String problem = AwsReader.isRegion(region) ? null : "aws_region_name is no region";
            return CloudPlace.of(way, rest, url, null, problem);
        }
        CloudChoice choice = aws.choose(said, region, BEDROCK);
        return CloudPlace.of(way, rest, url, choice.identity(), choice.problem());
    }
}
