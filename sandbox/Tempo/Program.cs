using TempoCos.Tempo;

return await TempoProgram.RunAsync(args);
