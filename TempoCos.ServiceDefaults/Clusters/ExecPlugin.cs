using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Authentication;
using k8s.KubeConfigModels;
using TempoCos.Contracts;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>
/// A command that gives credentials (client.authentication.k8s.io v1 and v1beta1). The library's own passes arguments through a shell-like line, shows no
/// error output, leaves a command that hangs running and asks only once for certificates.
/// </summary>
internal sealed class ExecPlugin : ITokenProvider
{
    private const string Code = "TC312";
    private const int LongestAnswer = 1024 * 1024;
    private const int LongestError = 400;

    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly ConcurrentDictionary<string, ExecPlugin> Known = new();

    private readonly Lock _lock = new();
    private readonly ExternalExecution _exec;
    private readonly JsonObject _question;
    private readonly TimeSpan _timeout;
    private Asking? _asking;
    private ExecCredential? _last;

    private ExecPlugin(ExternalExecution exec, JsonObject question, TimeSpan timeout)
    {
        _exec = exec;
        _question = question;
        _timeout = timeout;
    }

    /// <summary>As the kubeconfig names it, without arguments.</summary>
    public string Command => _exec.Command;

    /// <summary>The client certificate that was given last; null when none was.</summary>
    public X509Certificate2? Certificate => _last?.Certificate;

    /// <summary>The plugin of a context; what it gave is shared by all connections, so that nobody has to log in twice.</summary>
    public static ExecPlugin Of(SelectedContext context, TimeSpan timeout)
    {
        var exec = context.User!.UserCredentials.ExternalExecution;
        if (string.IsNullOrWhiteSpace(exec.Command))
        {
            throw new DiagnosticException(Code, context.User.Name, "The user's exec section names no command", "Correct users[].user.exec.command in the kubeconfig.");
        }

        if (!Versions.Contains(exec.ApiVersion))
        {
            throw new DiagnosticException(
                Code, exec.Command, $"The credential plugin speaks {(string.IsNullOrEmpty(exec.ApiVersion) ? "no stated version" : exec.ApiVersion)}, not {string.Join(" or ", Versions)}",
                "Renew the kubeconfig by the tool that made it, with a recent version of that tool.");
        }

        if (context.InteractiveMode == "Always")
        {
            throw new DiagnosticException(
                Code, exec.Command, "The credential plugin wants to ask somebody at a terminal (interactiveMode: Always), and a service has none",
                "Set interactiveMode to IfAvailable and log in beforehand, or use a context with a token or a service account.");
        }

        var question = Question(context, exec);
        string[] identity =
        [
            exec.Command, .. exec.Arguments ?? [], .. (exec.EnvironmentVariables ?? []).SelectMany(variable => variable).Select(pair => $"{pair.Key}={pair.Value}"), question.ToJsonString(), $"{timeout}",
        ];
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', identity))));
        return Known.GetOrAdd(key, _ => new ExecPlugin(exec, question, timeout));
    }

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken) =>
        (await GetAsync(cancellationToken)).Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null!;

    /// <summary>What is good now and will be for a moment; the command runs once for all who ask at the same time, and is ended when none of them waits any more.</summary>
    public async Task<ExecCredential> GetAsync(CancellationToken cancellationToken)
    {
        Asking asking;
        lock (_lock)
        {
            if (_asking is null || _asking.Answer.IsFaulted || (_asking.Answer.IsCompletedSuccessfully && _asking.Answer.Result.Expires is { } expires && expires - Early < DateTimeOffset.UtcNow))
            {
                _asking = new Asking(RunAsync);
            }

            asking = _asking;
            asking.Waiting++;
        }

        try
        {
            return _last = await asking.Answer.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(asking);
        }
    }

    /// <summary>The server refused this token: the next one to ask gets a new one.</summary>
    public void Refuse(string? token)
    {
        lock (_lock)
        {
            if (_asking is { Answer.IsCompletedSuccessfully: true } asked && asked.Answer.Result.Token == token)
            {
                _asking = null;
            }
        }
    }

    private void Leave(Asking asking)
    {
        lock (_lock)
        {
            asking.Waiting--;
            if (asking.Waiting > 0 || asking.Answer.IsCompleted)
            {
                return;
            }

            _asking = _asking == asking ? null : _asking;
        }

        asking.Stop.Cancel();
    }

    private static JsonObject Question(SelectedContext context, ExternalExecution exec)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (exec.ProvideClusterInfo)
        {
            var cluster = context.Cluster.ClusterEndpoint;
            var info = new JsonObject { ["server"] = cluster.Server };
            Add("tls-server-name", cluster.TlsServerName);
            Add("proxy-url", context.ProxyUrl);
            Add("certificate-authority-data", !string.IsNullOrEmpty(cluster.CertificateAuthority) && string.IsNullOrEmpty(cluster.CertificateAuthorityData)
                ? Convert.ToBase64String(File.ReadAllBytes(cluster.CertificateAuthority)) : cluster.CertificateAuthorityData);
            if (cluster.SkipTlsVerify)
            {
                info["insecure-skip-tls-verify"] = true;
            }

            spec["cluster"] = info;

            void Add(string name, string? value)
            {
                if (!string.IsNullOrEmpty(value))
                {
                    info[name] = value;
                }
            }
        }

        return new JsonObject { ["apiVersion"] = exec.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private async Task<ExecCredential> RunAsync(CancellationToken stop)
    {
        using var process = Start();
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_timeout);
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        try
        {
            await Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, errors), process.WaitForExitAsync(limit.Token)).WaitAsync(limit.Token);
            return process.ExitCode == 0 ? Parse(Text(output), Text(errors)) : throw Failed($"The credential plugin failed with exit code {process.ExitCode}", Text(errors));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failed($"The credential plugin has not answered within {_timeout.TotalSeconds:0.#} s", Text(errors));
        }
        finally
        {
            End(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(_exec.Command, _exec.Arguments ?? [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["KUBERNETES_EXEC_INFO"] = _question.ToJsonString();
        foreach (var variable in _exec.EnvironmentVariables ?? [])
        {
            if (variable.TryGetValue("name", out var name) && name.Length > 0)
            {
                start.Environment[name] = variable.GetValueOrDefault("value", "");
            }
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new DiagnosticException(
                Code, _exec.Command, $"The credential plugin cannot be started: {exception.Message.TrimEnd('.')}",
                string.IsNullOrWhiteSpace(_exec.InstallHint) ? "Install it where this service finds it in PATH, or choose another context by Kubernetes__Context." : _exec.InstallHint.Trim(), exception);
        }
    }

    private ExecCredential Parse(string output, string errors)
    {
        JsonNode? answer;
        try
        {
            answer = JsonNode.Parse(output, documentOptions: Strict);
        }
        catch (JsonException)
        {
            throw Failed("The credential plugin printed something that is not an ExecCredential", errors);
        }

        if (answer is not JsonObject || answer["kind"]?.ToString() != "ExecCredential" || answer["status"] is not JsonObject status)
        {
            throw Failed("The credential plugin printed something that is not an ExecCredential with a status", errors);
        }

        if (answer["apiVersion"]?.ToString() != _exec.ApiVersion)
        {
            throw Failed($"The credential plugin answered in another version than {_exec.ApiVersion}, which the kubeconfig names", errors);
        }

        var token = status["token"]?.ToString();
        var (certificate, key) = (status["clientCertificateData"]?.ToString() ?? "", status["clientKeyData"]?.ToString() ?? "");
        if (string.IsNullOrEmpty(token) && (certificate.Length == 0 || key.Length == 0))
        {
            throw Failed("The credential plugin gave neither a token nor a client certificate with its key", errors);
        }

        if (token is not null && (token.Any(letter => letter is < ' ' or > '~') || token.Trim() != token))
        {
            throw Failed("The credential plugin gave a token with letters in it that no token has", errors);
        }

        try
        {
            return new ExecCredential(
                string.IsNullOrEmpty(token) ? null : token, certificate.Length > 0 && key.Length > 0 ? X509Certificate2.CreateFromPem(certificate, key) : null,
                status["expirationTimestamp"] is JsonValue value ? value.GetValue<DateTimeOffset>() : null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw Failed("The credential plugin gave a certificate or an expiry that cannot be read", errors);
        }
    }

    private DiagnosticException Failed(string reason, string errors)
    {
        var said = SecretText.Redact(errors, (_exec.EnvironmentVariables ?? []).Select(variable => variable.GetValueOrDefault("value", "")), LongestError);
        return new DiagnosticException(
            Code, _exec.Command, said.Length > 0 ? $"{reason}; it said: {said}" : reason,
            "Run the command by hand and log in with it, or choose another context by Kubernetes__Context.");
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, CancellationToken.None) is var read and > 0)
        {
            lock (text)
            {
                text.Append(buffer, 0, Math.Min(read, LongestAnswer - text.Length));
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
            return;
        }
    }

    /// <summary>One run of the command.</summary>
    private sealed class Asking
    {
        public Asking(Func<CancellationToken, Task<ExecCredential>> run) => Answer = Task.Run(() => run(Stop.Token), CancellationToken.None);

        public CancellationTokenSource Stop { get; } = new();

        public Task<ExecCredential> Answer { get; }

        public int Waiting { get; set; }
    }
}
