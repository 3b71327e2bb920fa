using TempoCos.ServiceDefaults;
using TempoCos.TraceGenerator;
using TempoCos.TraceGenerator.Sending;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(GeneratorTelemetry.Name);
builder.Services.AddOptions<SendingOptions>()
    .BindConfiguration(SendingOptions.Section)
    .Validate(options => options.IsValid, SendingOptions.Rule)
    .ValidateOnStart();
builder.Services.AddSingleton<GeneratorTelemetry>();

var app = builder.Build();
app.MapGrpcService<TraceGeneratorService>();
app.MapDefaultEndpoints();
await app.RunAsync();
