using System.CommandLine;
using System.CommandLine.Help;
using TempoCos.Contracts;
using TempoCos.IbmCloud.Faults;

namespace TempoCos.IbmCloud;

/// <summary>The program's options and help.</summary>
public static class CommandLine
{
    private const string Description = """
        IBM Cloud on loopback: IAM, resource groups, service instances, resource keys,
        reclamations, search, tags and Cloud Object Storage (S3).

        One port serves all of it: S3 at the root (path style, or BUCKET.localhost), the control plane under /_/:
          /_/iam                    POST identity/token
          /_/resource-controller    v2/resource_groups, v2/resource_instances, v2/resource_keys, v1/reclamations
          /_/control/v2/endpoints   the endpoints document
          /_/config/v1              bucket configuration
          /_/global-search          POST v3/resources/search
          /_/tags                   v3/tags, attach, detach
          /_/global-catalog         api/v1: entries and prices
          /_/admin                  inventory, knobs, faults, requests (loopback only, no credentials)

        Example, a local object store for the AWS command line:
          tempocos sandbox cos --port 9000 --data ./cos --hmac local:local-secret
          export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret AWS_DEFAULT_REGION=us-east-standard
          aws --endpoint-url http://127.0.0.1:9000 s3 mb s3://demo
        """;

    private const string Name = "tempocos sandbox cos";
    private const int Columns = 100;
    private const int Usage = 2;

    /// <summary>Parses <paramref name="args"/> and runs <paramref name="run"/>, or prints the help or what is wrong.</summary>
    public static Task<int> InvokeAsync(string[] args, Func<IbmCloudOptions, CancellationToken, Task<int>> run)
    {
        var parsed = Create(run).Parse(args);
        return parsed.Errors.Count == 0 ? parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }) : RefuseAsync(parsed);
    }

    /// <summary>The program's options, which <paramref name="run"/> gets.</summary>
    public static RootCommand Create(Func<IbmCloudOptions, CancellationToken, Task<int>> run)
    {
        var port = new Option<int?>("--port") { Description = "Port on 127.0.0.1; 0 lets the system choose [default: HTTP_PORT, else 0].", HelpName = "PORT" };
        var data = new Option<string?>("--data") { Description = "Directory of all state, mode 700; made where it is not there [default: SANDBOX_IBM_DATA].", HelpName = "DIR" };
        var apiKey = new Option<string[]>("--api-key") { Description = "API key of the account; may be repeated [default: SANDBOX_IBM_API_KEY, else one is generated into DIR/api-key].", HelpName = "KEY" };
        var hmac = new Option<string[]>("--hmac") { Description = "HMAC credential with full rights; may be repeated [default: SANDBOX_IBM_HMAC].", HelpName = "ACCESS:SECRET" };
        var propagation = new Option<double>("--hmac-propagation") { Description = "Seconds until a new HMAC key is known to the object store.", HelpName = "SECONDS" };
        var reclamation = new Option<double>("--reclamation-delay") { Description = "Seconds until the reclamation of a deleted instance is listed.", HelpName = "SECONDS" };
        var reclaim = new Option<double>("--reclaim-time") { Description = "Seconds that a requested reclaim takes.", HelpName = "SECONDS" };
        var reservation = new Option<double>("--name-reservation") { Description = "Seconds that the name of a deleted bucket stays reserved.", HelpName = "SECONDS" };
        var token = new Option<double>("--token-lifetime") { Description = "Lifetime of IAM tokens in seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 3600 };
        var faults = new Option<string?>("--faults") { Description = "JSON file with the rules of the fault plan at start [default: SANDBOX_IBM_FAULTS].", HelpName = "FILE" };
        var requestLog = new Option<string?>("--request-log") { Description = "File that every request is appended to, a line of JSON each [default: SANDBOX_IBM_REQUEST_LOG].", HelpName = "FILE" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log every request." };

        var root = new RootCommand(Description) { port, data, apiKey, hmac, propagation, reclamation, reclaim, reservation, token, faults, requestLog, verbose };
        root.SetAction((parsed, cancellationToken) => run(
            new IbmCloudOptions
            {
                DataDirectory = parsed.GetValue(data) ?? Environment.GetEnvironmentVariable("SANDBOX_IBM_DATA") ?? throw new DiagnosticException(
                    "TC924", "--data", "no directory is named for the emulator's state", "Give --data DIR or set SANDBOX_IBM_DATA."),
                Port = parsed.GetValue(port) ?? EnvironmentPort(),
                ApiKeys = GivenOrEnvironment(parsed.GetValue(apiKey), "SANDBOX_IBM_API_KEY"),
                Hmac = [.. GivenOrEnvironment(parsed.GetValue(hmac), "SANDBOX_IBM_HMAC").Select(ParseHmac)],
                Knobs = new Knobs
                {
                    HmacPropagationSeconds = parsed.GetValue(propagation),
                    ReclamationDelaySeconds = parsed.GetValue(reclamation),
                    ReclaimSeconds = parsed.GetValue(reclaim),
                    NameReservationSeconds = parsed.GetValue(reservation),
                    TokenLifetimeSeconds = parsed.GetValue(token),
                },
                Faults = GivenOrEnvironment(parsed.GetValue(faults), "SANDBOX_IBM_FAULTS") is { } plan ? FaultReader.ReadFile(plan) : [],
                RequestLog = GivenOrEnvironment(parsed.GetValue(requestLog), "SANDBOX_IBM_REQUEST_LOG"),
                LogLevel = parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Information,
            },
            cancellationToken));
        root.HelpName = Name;
        foreach (var help in root.Options.OfType<HelpOption>().Select(option => option.Action).OfType<HelpAction>())
        {
            help.MaxWidth = Math.Min(help.MaxWidth, Columns);
        }

        return root;
    }

    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"{Name}: {error.Message}");
        }

        await Console.Error.WriteLineAsync($"Try '{Name} --help'.");
        return Usage;
    }

    private static int EnvironmentPort()
    {
        var text = Environment.GetEnvironmentVariable("HTTP_PORT");
        return string.IsNullOrEmpty(text) ? 0
            : ushort.TryParse(text, out var port) ? port
            : throw new DiagnosticException("TC924", $"HTTP_PORT={text}", "the port is not a number from 0 to 65535", "Correct HTTP_PORT or give --port.");
    }

    private static string[] GivenOrEnvironment(string[]? given, string variable) =>
        given is { Length: > 0 } ? given
            : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? [value]
            : [];

    private static string? GivenOrEnvironment(string? given, string variable) =>
        given ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);

    // The value may hold half a secret: it is not shown.
    private static HmacSeed ParseHmac(string text) => HmacSeed.Parse(text)
        ?? throw new DiagnosticException("TC924", "--hmac", "the HMAC credential is not of the form ACCESS:SECRET", "Give the access key id, a colon and the secret.");
}
