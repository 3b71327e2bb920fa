using System.Buffers.Text;
using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Iam;

/// <summary>An access token, the account that it is for, and when to use and renew it.</summary>
internal sealed class IamToken
{
    private static readonly TimeSpan ShortestMargin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    private IamToken(string bearer, string accountId, DateTimeOffset issuedAt, TimeSpan lifetime)
    {
        Bearer = bearer;
        AccountId = accountId;
        IssuedAt = issuedAt;
        ExpiresAt = issuedAt + lifetime - ExpiryMargin;

        // As IBM's own clients do: renew when a fifth of the lifetime is left.
        var margin = TimeSpan.FromTicks(Math.Max(ShortestMargin.Ticks, lifetime.Ticks / 5));
        RefreshAt = issuedAt + (lifetime > margin ? lifetime - margin : lifetime / 2);
    }

    public string Bearer { get; }

    public string AccountId { get; }

    public DateTimeOffset IssuedAt { get; }

    public DateTimeOffset RefreshAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; }

    public static IamToken From(TokenAnswer answer, DateTimeOffset now)
    {
        var claims = ReadClaims(answer.AccessToken);
        if (claims.Iat is { } issued && DateTimeOffset.FromUnixTimeSeconds(issued) - now is var ahead && ahead > MostSkew)
        {
            throw new DiagnosticException(
                DiagnosticCode.ClockSkewed,
                $"{now:u}",
                $"IAM's token is from the future: this machine's clock is {ahead.TotalMinutes:0} min behind, and the object store takes no request that is off by more than 15",
                "Set this machine's clock, best by NTP.");
        }

        return new IamToken(answer.AccessToken, claims.Account!.Bss!, now, TimeSpan.FromSeconds(answer.ExpiresIn));
    }

    /// <summary>Renewing failed, but the token is still good: try again a little later.</summary>
    public void PostponeRefresh(DateTimeOffset until) => RefreshAt = until;

    public override string ToString() => $"token of account {AccountId} until {ExpiresAt:O}";

    // The signature is the resource controller's to check.
    private static TokenClaims ReadClaims(string jwt)
    {
        try
        {
            var parts = jwt.Split('.');
            var claims = parts.Length == 3 ? JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), IamJson.Default.TokenClaims) : null;
            if (claims is { Account.Bss.Length: > 0 })
            {
                return claims;
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Falls through to the one diagnostic: the exception's text may hold a piece of the token.
        }

        throw new DiagnosticException(
            DiagnosticCode.AccountMissing,
            "account.bss",
            "IAM's access token names no account",
            "Use an API key of a user or service id that belongs to an IBM Cloud account, and check IbmCloud:IamUrl.");
    }
}
