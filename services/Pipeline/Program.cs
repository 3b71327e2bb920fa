using TempoCos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("TempoCos.Pipeline");

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
