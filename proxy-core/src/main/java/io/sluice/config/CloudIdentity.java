package io.sluice.config;

/** How a target's credential is got where it is no key. Immutable. */
public sealed interface CloudIdentity
        permits AzureIdentity, AwsIdentity, GoogleIdentity, IbmIdentity {}
