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

    private static readonly (string Image, string Project, string Program)[] Images =
    [
        ("tempocos/cos-provisioner", "services/CosProvisioner", "TempoCos.CosProvisioner"),
        ("tempocos/tempostack-deployer", "services/TempoStackDeployer", "TempoCos.TempoStackDeployer"),
        ("tempocos/trace-generator", "services/TraceGenerator", "TempoCos.TraceGenerator"),
        ("tempocos/query-verifier", "services/QueryVerifier", "TempoCos.QueryVerifier"),
        ("tempocos/pipeline", "services/Pipeline", "tempocos"),
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-deploy-").FullName;
    private readonly WebApplication _cloud;
    private readonly WebApplication _cluster;

    public ClusterTests()
    {
        _cloud = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = Path.Combine(_directory, "cloud"), ApiKeys = [ApiKey], LogLevel = LogLevel.Warning });
        _cluster = ClusterApp.Create(new ClusterOptions
        {
            DataDirectory = Path.Combine(_directory, "cluster"),
            Kubeconfig = Path.Combine(_directory, "kubeconfig"),
            TempoProgram = Repository.Program("sandbox/Tempo", "TempoCos.Tempo"),

            // As the operator is when it is installed by its own manifests.
            FeatureGates = ["httpEncryption", "grpcEncryption"],
            Images = [.. Images.Select(image => new ImageProgram(image.Image, Repository.Program(image.Project, image.Program)))],
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _cloud.StartAsync(TestContext.Current.CancellationToken);
        await _cluster.StartAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_Job_runs_the_pipeline_with_the_rights_of_the_base()
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

        await KubectlAsync("apply", "-k", "tests/Deploy/sandbox");
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

    public async ValueTask DisposeAsync()
    {
        foreach (var app in (WebApplication[])[_cluster, _cloud])
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private Dictionary<string, string> Environment => new() { ["KUBECONFIG"] = Path.Combine(_directory, "kubeconfig") };

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Command.RunAsync("kubectl", Environment, arguments);
        exitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}\n{output}{errors}");
        return output.Trim();
    }
}
