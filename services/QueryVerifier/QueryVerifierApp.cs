using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.QueryVerifier.Rungs;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier;

/// <summary>What the program is made of.</summary>
public static class QueryVerifierApp
{
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(VerifierTelemetry.Name);
        builder.Services.AddOptions<VerifierOptions>()
            .BindConfiguration(VerifierOptions.Section)
            .Validate(options => options.IsValid, VerifierOptions.Rule)
            .ValidateOnStart();
        builder.Services.AddHttpClient(TempoApi.HttpClientName);
        builder.Services.AddSingleton<VerifierTelemetry>();
        builder.Services.AddSingleton<BucketSecrets>();
        builder.Services.AddSingleton<BucketConnector>();
        builder.Services.AddSingleton<IdHunt>();
        builder.Services.AddSingleton<ReadBack>();
        builder.Services.AddSingleton<Canaries>();
        builder.Services.AddSingleton<CompactionProof>();
        builder.Services.AddSingleton<RetentionProof>();
        builder.Services.AddSingleton<ProofLadder>();
        builder.Services.AddSingleton<Rung, AcceptedRung>();
        builder.Services.AddSingleton<Rung, QueryableRung>();
        builder.Services.AddSingleton<Rung, WrittenRung>();
        builder.Services.AddSingleton<Rung, ListedRung>();
        builder.Services.AddSingleton<Rung, ReadableFromBlocksRung>();
        builder.Services.AddSingleton<Rung, IdenticalRung>();
        builder.Services.AddSingleton<Rung, SurvivesRung>();
        builder.Services.AddSingleton<Rung, LivesOnRung>();

        var app = builder.Build();
        app.MapGrpcService<QueryVerifierService>();
        app.MapDefaultEndpoints();
        return app;
    }
}
