using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Tempo;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Traces;
using TempoCos.Traces.Comparison;

namespace TempoCos.TraceGenerator.Tests;

public sealed class TempoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tempo_gives_back_by_id_what_the_manifest_describes()
    {
        await using var tempo = await RunningTempo.StartAsync("", Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct);
        var (manifest, account) = Read(await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = tempo.Otlp, Count = 12, Seed = 3 }, Ct));
        account.AcceptedSpans.ShouldBe(manifest.Spans);
        for (var index = 0; index < manifest.Count; index++)
        {
            var expected = TraceSource.Generate(TraceProfile.Shop, manifest.Seed, manifest.Base.ToDateTimeOffset(), manifest.RunId, index);
            TraceDiff.Compare(expected, await tempo.TraceAsync(TraceSource.TraceId(manifest.Seed, manifest.RunId, index).ToByteArray(), Ct)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_tempo_that_limits_the_rate_makes_the_generator_drop_and_say_so()
    {
        await using var tempo = await RunningTempo.StartAsync("overrides: {defaults: {ingestion: {rate_limit_bytes: 1000, burst_size_bytes: 20000}}}", Ct);
        await using var generator = await GeneratorProgram.StartAsync(Ct, ("Generator:MaxAttempts", "2"), ("Generator:MaxTracesPerRequest", "1"));
        var (manifest, account) = Read(await generator.GenerateAsync(new GenerateRequest { OtlpEndpoint = tempo.Otlp, Count = 12, Concurrency = 1 }, Ct));
        account.AcceptedSpans.ShouldBeGreaterThan(0);
        account.DroppedSpans.ShouldBeGreaterThan(0);
        (account.AcceptedSpans + account.DroppedSpans).ShouldBe(manifest.Spans);
        account.Errors.ShouldContain(error => error.Contains("RATE_LIMITED", StringComparison.Ordinal));
    }

    private static (TraceManifest Manifest, DeliveryAccount Account) Read(Generated generated) => (generated.Manifest, generated.Account);

    private sealed record RunningTempo(Microsoft.AspNetCore.Builder.WebApplication App, string Directory, string Http, string Otlp) : IAsyncDisposable
    {
        public static async Task<RunningTempo> StartAsync(string overrides, CancellationToken ct)
        {
            var directory = System.IO.Directory.CreateTempSubdirectory("tempocos-generator-").FullName;
            var file = Path.Combine(directory, "tempo.yaml");
            await File.WriteAllTextAsync(
                file,
                $$"""
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0, log_level: error}
                distributor:
                  receivers:
                    otlp:
                      protocols:
                        grpc: {endpoint: "127.0.0.1:0"}
                ingester: {lifecycler: {min_ready_duration: 0s} }
                storage: {trace: {backend: local, local: {path: "{{directory}}/blocks" }, wal: {path: "{{directory}}/wal" } } }
                {{overrides}}
                """,
                ct);
            var settings = TempoSettings.From(ConfigurationTree.Load(CommandLine.Parse(["-target=all", $"-config.file={file}"]), _ => null));
            var app = TempoApp.Create(settings);
            await app.Services.GetRequiredService<Lifecycle>().PrepareAsync(ct);
            await app.StartAsync(ct);
            var listeners = TempoApp.Opened(app, TempoApp.Plan(settings));
            var tempo = new RunningTempo(app, directory, Address(ListenerRole.Http), Address(ListenerRole.OtlpGrpc));
            await tempo.ReadyAsync(ct);
            return tempo;

            string Address(ListenerRole role) => $"http://127.0.0.1:{listeners.Single(listener => listener.Role == role).Port}";
        }

        public async Task<TracesData> TraceAsync(byte[] id, CancellationToken ct)
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/protobuf"));
            return TracesData.Parser.ParseFrom(await client.GetByteArrayAsync($"{Http}/api/traces/{Convert.ToHexStringLower(id)}", ct));
        }

        public async ValueTask DisposeAsync()
        {
            await App.StopAsync(CancellationToken.None);
            await App.DisposeAsync();
            System.IO.Directory.Delete(Directory, recursive: true);
        }

        private async Task ReadyAsync(CancellationToken ct)
        {
            using var client = new HttpClient();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            while (true)
            {
                using var response = await client.GetAsync($"{Http}/ready", limit.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                await Task.Delay(50, limit.Token);
            }
        }
    }
}
