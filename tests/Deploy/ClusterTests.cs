using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TempoCos.Cluster;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.IbmCloud;

namespace TempoCos.Deploy.Tests;

/// <summary>deploy/kustomize in a cluster: the services with no more rights than theirs, and a run as a Job.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private const string ApiKey = "an-api-key-of-the-cloud-account-0123456789ab";
    private const string Encrypted = "ingester";

    private static readonly (string Image, string Project, string Program)[] Images =
    [
        ("tempocos/cos-provisioner", "services/CosProvisioner", "TempoCos.CosProvisioner"),
        ("tempocos/tempostack-deployer", "services/TempoStackDeployer", "TempoCos.TempoStackDeployer"),
        ("tempocos/trace-generator", "services/TraceGenerator", "TempoCos.TraceGenerator"),
        ("tempocos/query-verifier", "services/QueryVerifier", "TempoCos.QueryVerifier"),
        ("tempocos/pipeline", "services/Pipeline", "tempocos"),
    ];

    private static readonly (string Endpoint, string Target)[] Ways =
    [
        ("ingester", "tempo-simplest-ingester:http"),
        ("jaeger", "tempo-simplest-query-frontend:jaeger-ui"),
        ("otlp-grpc", "tempo-simplest-distributor:otlp-grpc"),
        ("query-frontend", "tempo-simplest-query-frontend:http"),
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-deploy-").FullName;
    private readonly WebApplication _cloud;
    private WebApplication? _cluster;

    public ClusterTests() =>
        _cloud = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = Path.Combine(_directory, "cloud"), ApiKeys = [ApiKey], LogLevel = LogLevel.Warning });

    public async ValueTask InitializeAsync() => await _cloud.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// The other services are handed out the names of Tempo's Services. Where the operator encrypts, as its own manifests have it, the ingester wants a certificate, which the deployer's pod
    /// adds; the others would behind a gateway only.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Job_runs_the_pipeline_with_the_rights_of_the_base_and_reaches_Tempo_by_name(bool encrypts)
    {
        var nameless = await StartAsync(encrypts);
        Assert.SkipUnless(nameless is null, $"names of Services do not resolve in pods here: {nameless}");
        await InstallAsync();

        await RunAsync("deploy/kustomize/run");

        foreach (var way in Reached("in-cluster", encrypts))
        {
            // The pod's own address where it adds the certificate.
            var service = $"{way["target"]}".Split(':')[0];
            new Uri($"{way["address"]}").Host.ShouldBe(encrypts && $"{way["endpoint"]}" == Encrypted ? "127.0.0.1" : $"{service}.tempocos-runs.svc");
        }
    }

    /// <summary>What this sandbox needs where its user is nobody special: the services' own names are replaced in the Job's variables, those of Tempo's Services are first heard of in the run.</summary>
    [Fact]
    public async Task Where_names_do_not_resolve_the_Job_reaches_Tempo_through_the_API_server()
    {
        (await StartAsync(encrypts: true, privileges: false)).ShouldNotBeNull();
        await InstallAsync();

        await RunAsync("tests/Deploy/sandbox");

        Reached("port-forward", encrypts: true).ShouldAllBe(way => new Uri($"{way["address"]}").Host == "127.0.0.1");
    }

    [Fact]
    public async Task A_deployer_that_asks_another_DNS_than_the_clusters_says_so_and_nothing_is_left()
    {
        var nameless = await StartAsync(encrypts: false);
        Assert.SkipUnless(nameless is null, $"names of Services do not resolve in pods here: {nameless}");
        await InstallAsync();
        await KubectlAsync("-n", "tempocos", "patch", "deployment", "tempostack-deployer", "-p", """{"spec":{"template":{"spec":{"dnsPolicy":"Default"}}}}""");
        await KubectlAsync("-n", "tempocos", "rollout", "status", "deployment/tempostack-deployer", "--timeout=120s");

        await KubectlAsync("apply", "-k", "deploy/kustomize/run");
        await KubectlAsync("-n", "tempocos", "wait", "--for=condition=failed", "job/pipeline", "--timeout=210s");

        var log = await KubectlAsync("-n", "tempocos", "logs", "job/pipeline", "--tail=-1");
        log.ShouldContain("TC348");
        log.ShouldContain(".tempocos-runs.svc");
        $"{Receipt()["error"]!["code"]}".ShouldBe("TC348");
        (await KubectlAsync("-n", "tempocos-runs", "get", "tempostacks,pods,secrets,pvc", "-o", "name")).ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in new[] { _cluster, _cloud }.OfType<WebApplication>())
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private Dictionary<string, string> Environment => new() { ["KUBECONFIG"] = Path.Combine(_directory, "kubeconfig") };

    /// <summary>Why names of Services do not resolve in the pods of this cluster; null when they do.</summary>
    private async Task<string?> StartAsync(bool encrypts, bool privileges = true)
    {
        _cluster = ClusterApp.Create(new ClusterOptions
        {
            DataDirectory = Path.Combine(_directory, "cluster"),
            Kubeconfig = Path.Combine(_directory, "kubeconfig"),
            TempoProgram = Repository.Program("sandbox/Tempo", "TempoCos.Tempo"),
            Privileges = privileges,
            FeatureGates = encrypts ? ["httpEncryption", "grpcEncryption"] : [],
            Images = [.. Images.Select(image => new ImageProgram(image.Image, Repository.Program(image.Project, image.Program)))],
        });
        await _cluster.StartAsync(TestContext.Current.CancellationToken);
        await KubectlAsync("wait", "--for=condition=Ready", "node/tempocos", "--timeout=60s");
        var conditions = JsonNode.Parse(await KubectlAsync("get", "node", "tempocos", "-o", "json"))!["status"]!["conditions"]!.AsArray();
        var names = conditions.Single(condition => $"{condition!["type"]}" == "tempocos.dev/ClusterNames")!;
        return $"{names["status"]}" == "True" ? null : $"{names["message"]}";
    }

    private async Task InstallAsync()
    {
        var cloud = _cloud.Urls.First();
        await KubectlAsync("apply", "-k", "deploy/kustomize/base");
        await KubectlAsync("-n", "tempocos", "create", "secret", "generic", "tempocos-credentials", $"--from-literal=ibm-cloud-api-key={ApiKey}");
        await KubectlAsync("-n", "tempocos", "set", "env", "deployment/cos-provisioner", $"IbmCloud__IamUrl={cloud}/_/iam", $"IbmCloud__ResourceControllerUrl={cloud}/_/resource-controller",
            $"IbmCloud__EndpointsUrl={cloud}/_/control/v2/endpoints", $"IbmCloud__ConfigUrl={cloud}/_/config/v1", $"IbmCloud__GlobalSearchUrl={cloud}/_/global-search", $"IbmCloud__TaggingUrl={cloud}/_/tags");
        foreach (var image in Images.SkipLast(1))
        {
            await KubectlAsync("-n", "tempocos", "rollout", "status", $"deployment/{image.Image.Split('/')[1]}", "--timeout=120s");
        }
    }

    private async Task RunAsync(string kustomization)
    {
        await KubectlAsync("apply", "-k", kustomization);
        var (waited, _, problem) = await Command.RunAsync("kubectl", Environment, "-n", "tempocos", "wait", "--for=condition=complete", "job/pipeline", "--timeout=210s");
        var log = await KubectlAsync("-n", "tempocos", "logs", "job/pipeline", "--tail=-1");
        waited.ShouldBe(0, $"{problem}\n{log}");
        log.ShouldContain(" proven: 10 traces are accepted, queryable and durably in bucket ");
        log.ShouldContain("nothing is left behind");

        // The rights are enough, and not for more: another namespace's Secrets are out of reach.
        const string Provisioner = "system:serviceaccount:tempocos:cos-provisioner";
        (await KubectlAsync("-n", "tempocos-runs", "auth", "can-i", "create", "secrets", $"--as={Provisioner}")).ShouldBe("yes");
        (await Command.RunAsync("kubectl", Environment, "-n", "tempocos", "auth", "can-i", "get", "secrets", $"--as={Provisioner}")).Output.Trim().ShouldBe("no");
        (await KubectlAsync("-n", "tempocos-runs", "get", "tempostacks,pods,secrets,pvc", "-o", "name")).ShouldBeEmpty();
    }

    /// <summary>The ways to Tempo, as the receipt has them, once every rung is proven.</summary>
    private List<JsonNode> Reached(string by, bool encrypts)
    {
        var receipt = Receipt();
        receipt["rungs"]!.AsArray().Select(rung => $"{rung!["rung"]} {rung["verdict"]}").ShouldBe(Enumerable.Range(0, 8).Select(rung => $"{rung} proven"));
        List<JsonNode> reached = [.. receipt["tempo"]!["reached"]!.AsArray().OfType<JsonNode>()];
        reached.Select(way => $"{way["endpoint"]} {way["by"]} {way["target"]} {way["tls"]}").Order().ShouldBe(
            Ways.Select(way => $"{way.Endpoint} {by} {way.Target} {(encrypts && way.Endpoint == Encrypted ? "mutual" : "none")}"));
        return reached;
    }

    /// <summary>Of the one run, from the Job's claim.</summary>
    private JsonNode Receipt() =>
        JsonNode.Parse(File.ReadAllText(Directory.EnumerateFiles(Path.Combine(_directory, "cluster"), "receipt.json", SearchOption.AllDirectories).ShouldHaveSingleItem()))!;

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Command.RunAsync("kubectl", Environment, arguments);
        exitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}\n{output}{errors}");
        return output.Trim();
    }
}
