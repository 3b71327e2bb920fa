using System.Security.Cryptography;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>The five characters that generated names end in, without vowels and look-alikes.</summary>
public static class RandomName
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Suffix() => RandomNumberGenerator.GetString(Alphabet, 5);
}
