namespace TempoCos.CosProvisioner.Iam;

/// <summary>Answer of <c>POST /identity/token</c>.</summary>
/// <param name="AccessToken">A JWT; secret.</param>
/// <param name="ExpiresIn">Seconds.</param>
internal sealed record TokenAnswer(string AccessToken, long ExpiresIn)
{
    public override string ToString() => $"token for {ExpiresIn} s";
}
