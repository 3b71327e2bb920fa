using TempoCos.Cluster.Startup;

return await ClusterCommand.InvokeAsync(args);
