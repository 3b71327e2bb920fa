using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Dcp;

/// <summary>DCP's API, which is Kubernetes' over HTTPS on loopback.</summary>
internal sealed class DcpClient : IDisposable
{
    private const string ApiVersion = "usvc-dev.developer.microsoft.com/v1";
    private const string Execution = "admin/execution";
    private static readonly TimeSpan DeleteDeadline = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly HttpClient _http;

    public DcpClient(string kubeconfig)
    {
        string Value(string key) => Regex.Match(kubeconfig, $@"^\s*{key}:\s*""?([^""\s]+)""?\s*$", RegexOptions.Multiline) is { Success: true } match
            ? match.Groups[1].Value
            : throw new InvalidDataException($"DCP's kubeconfig has no {key}.");
        var authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(Value("certificate-authority-data"))));
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri(Value("server")), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Value("token"));
    }

    public async Task CreateAsync(string kind, string name, object spec, Dictionary<string, string>? annotations, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(Path(kind), new { ApiVersion, kind, metadata = new { name, annotations }, spec }, Json, cancellationToken);
        await EnsureAsync(response, cancellationToken);
    }

    /// <summary>Deletes an object and waits until it is gone.</summary>
    public async Task DeleteExecutableAsync(string name, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(DeleteDeadline);
        try
        {
            (await _http.DeleteAsync(ExecutablePath(name), deadline.Token)).Dispose();
            for (; ; await Task.Delay(50, deadline.Token))
            {
                using var response = await _http.GetAsync(ExecutablePath(name), deadline.Token);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"DCP had not removed '{name}' after {DeleteDeadline.TotalSeconds} s.", exception);
        }
    }

    public Task StopExecutableAsync(string name, CancellationToken cancellationToken) =>
        PatchAsync(ExecutablePath(name), """{"spec":{"stop":true}}""", cancellationToken);

    /// <summary>Ends every process, waits until they are gone, and ends DCP itself.</summary>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        await PatchAsync(Execution, """{"status":"CleaningResources","shutdownResourceCleanup":"Full"}""", cancellationToken);
        while (await GetStatusAsync(cancellationToken) == "CleaningResources")
        {
            await Task.Delay(50, cancellationToken);
        }

        await PatchAsync(Execution, """{"status":"Stopping","shutdownResourceCleanup":"Full"}""", cancellationToken);
    }

    /// <summary>What DCP is doing; null when it does not answer.</summary>
    public async Task<string?> GetStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _http.GetFromJsonAsync<JsonElement>(Execution, cancellationToken)).GetProperty("status").GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Every object of a kind, then every change, until cancelled or until DCP is gone.</summary>
    public IAsyncEnumerable<DcpObject> WatchAsync(string kind, CancellationToken cancellationToken) =>
        LinesAsync($"{Path(kind)}?watch=true", cancellationToken)
            .Select(line => JsonSerializer.Deserialize<WatchEvent>(line, Json)!)
            .Where(change => change.Type is "ADDED" or "MODIFIED")
            .Select(change => change.Object);

    /// <summary>Lines that a process writes, with their time in front, until it ends.</summary>
    public IAsyncEnumerable<string> LogAsync(string executable, string source, CancellationToken cancellationToken) =>
        LinesAsync($"{ExecutablePath(executable)}/log?source={source}&follow=true&timestamps=true", cancellationToken);

    public void Dispose() => _http.Dispose();

    private static string Path(string kind) => $"apis/{ApiVersion}/{kind.ToLowerInvariant()}s";

    private static string ExecutablePath(string name) => $"{Path("Executable")}/{name}";

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"DCP answered {(int)response.StatusCode} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureAsync(response, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    private async Task PatchAsync(string path, string patch, CancellationToken cancellationToken)
    {
        using var content = new StringContent(patch, new MediaTypeHeaderValue("application/merge-patch+json"));
        using var response = await _http.PatchAsync(path, content, cancellationToken);
        await EnsureAsync(response, cancellationToken);
    }
    private sealed record WatchEvent(string Type, DcpObject Object);
}
