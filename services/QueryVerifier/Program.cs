using TempoCos.QueryVerifier;

await QueryVerifierApp.Create(args).RunAsync();
