using Grpc.Net.Client;
using TempoCos.Contracts;
using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Connection;

/// <summary>A way to the pipeline service: one that was named, the AppHost that runs, or one started for this command.</summary>
internal sealed class PipelineConnection : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AppHostProcess? _appHost;

    private PipelineConnection(Uri address, AppHostProcess? appHost)
    {
        _channel = GrpcChannel.ForAddress(address);
        _appHost = appHost;
        Client = new Contracts.Pipeline.PipelineClient(_channel);
    }

    public Contracts.Pipeline.PipelineClient Client { get; }

    public static async Task<PipelineConnection> OpenAsync(Uri? named, TextWriter progress, CancellationToken cancellationToken)
    {
        if ((named ?? Named()) is { } address)
        {
            return new PipelineConnection(address, null);
        }

        var home = RunDirectory.Home();
        if (await FindAsync(home, progress, cancellationToken) is { } running)
        {
            return running;
        }

        try
        {
            var appHost = await AppHostProcess.StartAsync(home, progress, cancellationToken);
            return new PipelineConnection(appHost.Pipeline, appHost);
        }
        catch (DiagnosticException exception) when (exception.Code == "TC910")
        {
            // Another command's may have been up first, and this one's has given way to it.
            if (await FindAsync(home, progress, cancellationToken) is { } other)
            {
                return other;
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_appHost is not null)
        {
            await _appHost.DisposeAsync();
        }
    }

    private static async Task<PipelineConnection?> FindAsync(string home, TextWriter progress, CancellationToken cancellationToken)
    {
        if (AppHostFile.Read(home) is not { } running || !await running.AnswersAsync(cancellationToken))
        {
            return null;
        }

        progress.WriteLine($"tempocos: using the AppHost that runs (pid {running.Pid}, dashboard {running.Dashboard})");
        return new PipelineConnection(running.Pipeline, null);
    }

    private static Uri? Named() => Environment.GetEnvironmentVariable("TEMPOCOS_PIPELINE") switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" => new Uri(text),
        var text => throw new DiagnosticException("TC903", text, "TEMPOCOS_PIPELINE is not an http or https address", "Set it to the pipeline's gRPC address, for example http://127.0.0.1:5000."),
    };
}
