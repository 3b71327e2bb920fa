using TempoCos.TempoStackDeployer;

await DeployerApp.Create(WebApplication.CreateBuilder(args)).RunAsync();
