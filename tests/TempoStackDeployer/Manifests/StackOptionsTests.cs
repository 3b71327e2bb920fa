using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests.Manifests;

/// <summary>Typed options and the operator's rules, on both kinds.</summary>
public sealed class StackOptionsTests
{
    private const string Plain = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoStack
        metadata: {name: simplest}
        spec: {storage: {secret: {name: ibm-cos-secret, type: s3}}}
        """;

    private const string Monolithic = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoMonolithic
        metadata: {name: one}
        spec: {storage: {traces: {backend: s3, s3: {secret: ibm-cos-secret}}}, jaegerui: {enabled: true}}
        """;

    [Fact]
    public void On_a_TempoStack_each_option_stands_where_the_operator_wants_it()
    {
        var options = new StackOptions
        {
            Replicas = { ["distributor"] = 2, ["ingester"] = 3, ["query-frontend"] = 4, ["querier"] = 5 },
            ReplicationFactor = 3,
            Retention = Duration.FromTimeSpan(TimeSpan.FromHours(36)),
            Cpu = "2",
            Memory = "4Gi",
            StorageClass = "fast",
            StorageSize = "20Gi",
            RemoteWriteUrl = "http://prometheus:9090/api/v1/write",
            ExtraConfig = "ingester: {max_block_duration: 5s}",
            TempoImage = "docker.io/grafana/tempo:2.10.8",
        };

        var spec = Read($"{Plain[..^1]}, extraConfig: {{tempo: {{ingester: {{trace_idle_period: 1s}}}}}}}}", options).Document["spec"]!;

        spec["template"]!.ToJsonString().ShouldBe("""{"distributor":{"component":{"replicas":2}},"ingester":{"replicas":3},"querier":{"replicas":5},"queryFrontend":{"component":{"replicas":4}},"metricsGenerator":{"enabled":true,"remoteWriteURLs":["http://prometheus:9090/api/v1/write"]}}""");
        spec["replicationFactor"]!.GetValue<long>().ShouldBe(3);
        spec["retention"]!["global"]!["traces"]!.ToString().ShouldBe("36h0m0s");
        spec["resources"]!["total"]!["limits"]!.ToJsonString().ShouldBe("""{"cpu":"2","memory":"4Gi"}""");
        (spec["storageClassName"]!.ToString(), spec["storageSize"]!.ToString()).ShouldBe(("fast", "20Gi"));
        spec["extraConfig"]!["tempo"]!["ingester"]!.ToJsonString().ShouldBe("""{"trace_idle_period":"1s","max_block_duration":"5s"}""");
        spec["images"]!["tempo"]!.ToString().ShouldBe("docker.io/grafana/tempo:2.10.8");
    }

    [Fact]
    public void On_a_TempoMonolithic_each_option_stands_elsewhere()
    {
        var options = new StackOptions
        {
            Retention = Duration.FromTimeSpan(TimeSpan.FromMinutes(90)),
            Cpu = "500m",
            StorageClass = "fast",
            StorageSize = "20Gi",
            Ingress = "ingress",
            IngressHost = "tempo.example.com",
            ExtraConfig = "ingester: {max_block_duration: 5s}",
            StoreCa = Authority(),
        };

        var manifest = Read(Monolithic, options);

        var spec = manifest.Document["spec"]!;
        spec["extraConfig"]!["tempo"]!.ToJsonString().ShouldBe("""{"compactor":{"compaction":{"block_retention":"1h30m0s"}},"ingester":{"max_block_duration":"5s"}}""");
        spec["resources"]!.ToJsonString().ShouldBe("""{"limits":{"cpu":"500m"}}""");
        spec["storage"]!["traces"]!["storageClassName"]!.ToString().ShouldBe("fast");
        spec["storage"]!["traces"]!["size"]!.ToString().ShouldBe("20Gi");
        spec["storage"]!["traces"]!["s3"]!["tls"]!.ToJsonString().ShouldBe("""{"enabled":true,"caName":"one-store-ca"}""");
        spec["jaegerui"]!["ingress"]!.ToJsonString().ShouldBe("""{"enabled":true,"host":"tempo.example.com"}""");
        (manifest.Kind, manifest.HasJaeger, manifest.JaegerIngress, manifest.StorageTls).ShouldBe((StackKind.TempoMonolithic, true, "ingress", true));
        var authority = manifest.Objects.ShouldHaveSingleItem();
        (authority.Kind, authority.Name).ShouldBe(("ConfigMap", "one-store-ca"));
        authority.Document["data"]!["service-ca.crt"]!.ToString().ShouldContain("BEGIN CERTIFICATE");
    }

    [Fact]
    public void Tenants_bring_the_gateway_and_what_static_mode_needs()
    {
        var manifest = Read(Plain, new StackOptions { Tenants = { "dev=1610b0c3", "prod" }, TenantOidcIssuer = "https://issuer.example.com", TenantOidcSecret = "oidc", Ingress = "ingress", IngressHost = "t.example.com" });

        manifest.HasGateway.ShouldBeTrue();
        manifest.TenantMode.ShouldBe("static");
        manifest.Tenants.ShouldBe([new StackTenant("dev", "1610b0c3"), new StackTenant("prod", "prod")]);
        manifest.Document["spec"]!["template"]!["gateway"]!.ToJsonString().ShouldBe("""{"enabled":true,"ingress":{"type":"ingress","host":"t.example.com"}}""");
        manifest.Tenancy!["authorization"]!["roles"]![0]!["tenants"]!.ToJsonString().ShouldBe("""["dev","prod"]""");

        var monolithic = Read(Monolithic, new StackOptions { Tenants = { "dev" } });
        (monolithic.HasGateway, monolithic.IsMultitenant, monolithic.TenantMode).ShouldBe((true, true, "openshift"));
        OperatorRules.NeedsOpenShift(monolithic).ShouldBe(("spec.multitenancy.mode", "openshift"));
        OperatorRules.NeedsOpenShift(manifest).ShouldBeNull();
    }

    [Theory]
    [InlineData("--replicas", "ruler=2", "ruler")]
    [InlineData("--replicas", "querier=0", "querier=0")]
    [InlineData("--cpu", "lots", "lots")]
    [InlineData("--memory", "0Gi", "0Gi")]
    [InlineData("--volume-class", "Fast Disks", "Fast Disks")]
    [InlineData("--volume-size", "10 GB", "10 GB")]
    [InlineData("--remote-write-url", "prometheus:9090", "prometheus:9090")]
    [InlineData("--remote-write-url", "http://u:hidden-word@p/", "(with credentials)")]
    [InlineData("--extra-config", "[a]", "(no mapping)")]
    [InlineData("--extra-config", "a: [", "line ")]
    [InlineData("--tempo-image", "Grafana Tempo", "Grafana Tempo")]
    [InlineData("--size", "large", "large")]
    [InlineData("--ingress", "nodeport", "nodeport")]
    [InlineData("--ingress-host", "https://a", "https://a")]
    [InlineData("--store-ca", "no certificate", "(no certificate)")]
    [InlineData("--tenant", "a b", "a b")]
    [InlineData("--tenant-mode", "static", "static")]
    public void A_value_that_an_option_cannot_have_is_one_clear_error(string option, string value, string named)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Read(Plain, Options(option, value)));

        (refusal.Code, refusal.Reason.Split(' ')[0]).ShouldBe(("TC342", option));
        refusal.Value.ShouldContain(named);
        refusal.Fix.ShouldNotBeEmpty();
        refusal.Message.ShouldNotContain("hidden-word");
    }

    [Theory]
    [InlineData("--replicas", "querier=2")]
    [InlineData("--remote-write-url", "http://p/")]
    [InlineData("--tempo-image", "grafana/tempo:1")]
    [InlineData("--size", "1x.demo")]
    public void What_a_TempoMonolithic_has_no_place_for_is_refused_by_name(string option, string value)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Read(Monolithic, Options(option, value)));

        refusal.Code.ShouldBe("TC342");
        refusal.Reason.ShouldStartWith($"{option} is not for a TempoMonolithic");
        Should.NotThrow(() => Read(Plain, Options(option, value)));
    }

    [Theory]
    [InlineData("spec.replicationFactor=3", "spec.replicationFactor: 3", "spec.template.ingester.replicas=2")]
    [InlineData("spec.template.queryFrontend.jaegerQuery.ingress.type=ingress", "ingress.type: ingress", "spec.template.queryFrontend.jaegerQuery.enabled=true")]
    [InlineData("spec.template.gateway.enabled=true", "spec.template.gateway.enabled: true", "spec.template.gateway.enabled=false")]
    [InlineData("spec.template.metricsGenerator.enabled=true", "remoteWriteURLs", "spec.template.metricsGenerator.remoteWriteURLs=[http://p]")]
    [InlineData("spec.tenants={mode: openshift, authentication: [{tenantName: a, tenantId: a}]}", "spec.tenants.mode: openshift", "spec.template.gateway.enabled=true")]
    [InlineData("spec.observability.tracing.sampling_fraction=half", "half", "spec.observability.tracing.sampling_fraction=\"0.5\"")]
    [InlineData("spec.limits.global.query.maxSearchBytesPerTrace=0", "maxSearchBytesPerTrace", "spec.limits=null")]
    public void What_the_operator_would_refuse_is_told_before_anything_is_made(string set, string named, string remedy)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Read(Plain, null, set));

        refusal.Code.ShouldBe("TC343");
        refusal.Value.ShouldContain(named);
        Should.NotThrow(() => Read(Plain, null, set, remedy));
    }

    [Fact]
    public void The_gateway_and_a_way_in_to_jaeger_query_exclude_each_other_and_the_option_resolves_it()
    {
        var options = new StackOptions { Tenants = { "dev" } };

        Should.Throw<DiagnosticException>(() => Read(Samples.Manifest, options)).Value.ShouldContain("jaegerQuery.ingress.type: ingress");
        options.Ingress = "none";
        Read(Samples.Manifest, options).JaegerIngress.ShouldBe("");
    }

    private static StackManifest Read(string manifest, StackOptions? options, params string[] set)
    {
        var request = Samples.Request(manifest);
        request.Options = options;
        request.Set.AddRange(set);
        return ManifestReader.Read(request);
    }

    private static StackOptions Options(string option, string value) => option switch
    {
        "--replicas" => new() { Replicas = { [value.Split('=')[0]] = int.Parse(value.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture) } },
        "--cpu" => new() { Cpu = value },
        "--memory" => new() { Memory = value },
        "--volume-class" => new() { StorageClass = value },
        "--volume-size" => new() { StorageSize = value },
        "--remote-write-url" => new() { RemoteWriteUrl = value },
        "--extra-config" => new() { ExtraConfig = value },
        "--tempo-image" => new() { TempoImage = value },
        "--size" => new() { Size = value },
        "--ingress" => new() { Ingress = value },
        "--ingress-host" => new() { Ingress = "ingress", IngressHost = value },
        "--store-ca" => new() { StoreCa = value },
        "--tenant" => new() { Tenants = { value } },
        "--tenant-mode" => new() { TenantMode = value },
        _ => throw new ArgumentOutOfRangeException(nameof(option)),
    };

    private static string Authority()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)).ExportCertificatePem();
    }
}
