namespace TempoCos.Tempo.Tests;

/// <summary><c>-target=all</c> as processes of their own, one after the other over the same directories and ports.</summary>
internal sealed class IngesterProcess : IDisposable
{
    private readonly int[] _ports = Ports.Take(3);
    private readonly string _file;

    public IngesterProcess(TemporaryDirectory directory, string ingester = "")
    {
        _file = directory["tempo.yaml"];
        File.WriteAllText(
            _file,
            $$$$$$$$"""
            server: {http_listen_address: 127.0.0.1, http_listen_port: {{{{{{{{_ports[0]}}}}}}}}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {{{{{{{{_ports[1]}}}}}}}}}
            distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:{{{{{{{{_ports[2]}}}}}}}}"}}}}}
            ingester: { {{{{{{{{ingester}}}}}}}} }
            storage: {trace: {backend: local, local: {path: '{{{{{{{{directory["blocks"]}}}}}}}}'}, wal: {path: '{{{{{{{{directory["wal"]}}}}}}}}'}, blocklist_poll: 300ms}}
            """);
        Http = new() { BaseAddress = new($"http://127.0.0.1:{_ports[0]}") };
    }

    public HttpClient Http { get; }

    public Uri Otlp => new($"http://127.0.0.1:{_ports[2]}");

    public async Task<TempoProcess> StartAsync(int maxFileBytes = 0)
    {
        var process = TempoProcess.Start(["-target=all", $"-config.file={_file}"], maxFileBytes: maxFileBytes);
        await Eventually.TrueAsync("the process is ready", async () =>
        {
            try
            {
                return (await Http.GetAsync("/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                process.Output.ShouldNotContain("TC9");
                return false;
            }
        });
        return process;
    }

    public void Dispose() => Http.Dispose();
}
