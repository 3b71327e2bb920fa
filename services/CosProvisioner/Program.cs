using TempoCos.CosProvisioner;
using TempoCos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("TempoCos.CosProvisioner");
builder.Services.AddCosProvisioner(builder.Configuration);

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGrpcService<CosProvisionerService>();
await app.RunAsync();
