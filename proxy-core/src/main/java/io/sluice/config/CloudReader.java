package io.sluice.config;

import org.jspecify.annotations.Nullable;

/** Works out the place of a target that is at a cloud. */
final class CloudReader {

    private static final String BEDROCK = "bedrock";

    private final AwsReader aws;

    CloudReader(References references) {
        aws = new AwsReader(references);
    }

    /**
     * The place of a target, {@code null} where its provider is no cloud.
     *
     * @param base what the entry or the environment says
     * @param hasKey whether the entry has a key of its own, with which nothing is signed
     */
    @Nullable CloudPlace find(
            String provider,
            String model,
            @Nullable String base,
            boolean hasKey,
            AwsReader.Said said) {
        return provider.equals(BEDROCK) ? bedrock(model, base, hasKey, said) : null;
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
            return new CloudPlace(way, rest, url, null, problem);
        }
        CloudChoice choice = aws.choose(said, region, BEDROCK);
        return new CloudPlace(way, rest, url, choice.identity(), choice.problem());
    }
}
