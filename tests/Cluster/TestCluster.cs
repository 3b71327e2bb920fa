using System.Net.Http.Headers;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Tests;

/// <summary>A cluster in this process, in a directory of its own, and a client for it.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string directory;
    private readonly bool keep;

    private TestCluster(WebApplication app, string directory, string kubeconfig, bool keep)
    {
        this.app = app;
        this.directory = directory;
        this.keep = keep;
        Kubeconfig = kubeconfig;
        Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    public Kubernetes Client { get; }

    public string Kubeconfig { get; }

    /// <summary>The administrator's token.</summary>
    public string Token => File.ReadAllText(Data("token")).Trim();

    public Uri Url => new(app.Urls.First());

    /// <summary>The program of tests/Cluster/PodProgram, built beside these tests.</summary>
    public static string PodProgram { get; } = Path.Combine(ProjectDirectory(), "PodProgram", BuildFolder(), OperatingSystem.IsWindows() ? "PodProgram.exe" : "PodProgram");

    /// <summary>The folder of the whole project.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(ProjectDirectory(), "..", ".."));

    public static Task<TestCluster> StartAsync(params string[] secrets) => StartAsync(options => options, secrets);

    public static async Task<TestCluster> StartAsync(Func<ClusterOptions, ClusterOptions> configure, params string[] secrets)
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        return await StartInAsync(directory, keep: false, configure, secrets);
    }

    public static async Task<TestCluster> StartInAsync(string directory, bool keep, Func<ClusterOptions, ClusterOptions> configure, params string[] secrets)
    {
        var kubeconfig = Path.Combine(directory, "kubeconfig");
        var app = ClusterApp.Create(configure(new ClusterOptions
        {
            DataDirectory = Path.Combine(directory, "data"),
            Kubeconfig = kubeconfig,
            Secrets = [.. secrets.Select(SeedSecret.Parse)],
            TempoProgram = PodProgram,
        }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestCluster(app, directory, kubeconfig, keep);
    }

    /// <summary>A client without retries, with the token of the kubeconfig unless another one is given.</summary>
    public HttpClient Http(string? token = null)
    {
        var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
        {
            BaseAddress = Url,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        return http;
    }

    /// <summary>A file of the cluster's data directory.</summary>
    public string Data(string file) => Path.Combine(directory, "data", file);

    public async Task<string> NamespaceAsync()
    {
        var created = await Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "test-" } }, cancellationToken: TestContext.Current.CancellationToken);
        return created.Name();
    }

    /// <summary>What the API refuses with: its Status object, or the code and the text of what it does not know at all.</summary>
    public static async Task<V1Status> RefusedAsync(Func<Task> action)
    {
        var refusal = (await Should.ThrowAsync<HttpOperationException>(action)).Response;
        return refusal.Content.StartsWith('{') ? KubernetesJson.Deserialize<V1Status>(refusal.Content) : new V1Status { Code = (int)refusal.StatusCode, Message = refusal.Content };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        if (!keep)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string BuildFolder() => Path.GetRelativePath(ProjectDirectory(), AppContext.BaseDirectory);

    private static string ProjectDirectory()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && directory.GetFiles("TempoCos.Cluster.Tests.csproj").Length == 0)
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("the project directory is not above the tests");
    }
}
