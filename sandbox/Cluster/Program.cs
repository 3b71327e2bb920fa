using TempoCos.Cluster.Startup;

return await ClusterCommand.Create().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
