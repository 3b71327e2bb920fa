using TempoCos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("TempoCos.QueryVerifier");

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
